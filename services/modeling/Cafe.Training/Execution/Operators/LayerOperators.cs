using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution.Operators;

/// <summary>Products and convolutions.</summary>
internal static class LayerOperators
{
    // oneDNN's widest block of channels; a multiple of the others.
    private const long ChannelBlock = 16;

    // So few channels of an input it keeps as they are.
    private const long PlainChannels = 3;

    public static IEnumerable<(string Name, Operator Run)> All =>
    [
        ("MatMul", (_, x) => [x[0]!.matmul(x[1]!)]),
        ("Gemm", (call, x) => [Gemm(call, x)]),
        ("Conv", (call, x) => [Conv(call, x)]),
    ];

    private static Tensor Gemm(NodeCall call, Tensor?[] x)
    {
        if (call.Float("alpha", 1) != 1 || call.Float("beta", 1) != 1 || call.Int("transA", 0) != 0)
        {
            throw call.Unsupported("alpha, beta or transA");
        }

        using var weight = call.Int("transB", 0) != 0 ? x[1]!.alias() : x[1]!.t();
        return nn.functional.linear(x[0]!, weight, NodeCall.Optional(x, 2));
    }

    private static Tensor Conv(NodeCall call, Tensor?[] x)
    {
        if (call.Node.String("auto_pad", "NOTSET") != "NOTSET")
        {
            throw call.Unsupported("auto_pad");
        }

        // ONNX: top, left, bottom, right.
        var pads = call.Node.Ints("pads", 0, 0, 0, 0);
        long[] strides = [.. call.Node.Ints("strides", 1, 1)];
        long[] dilations = [.. call.Node.Ints("dilations", 1, 1)];
        var groups = call.Int("group", 1);
        var bias = NodeCall.Optional(x, 2);
        using var padded = pads[0] == pads[2] && pads[1] == pads[3] ? null : nn.functional.pad(x[0]!, [pads[1], pads[3], pads[0], pads[2]]);
        long[] around = padded is null ? [pads[0], pads[1]] : [0, 0];
        return LeavesBlocksPartlyFilled(x[0]!, x[1]!, groups)
            ? ConvInWholeBlocks(padded ?? x[0]!, x[1]!, bias, strides, around, dilations)
            : nn.functional.conv2d(padded ?? x[0]!, x[1]!, bias, strides, around, dilations, groups);
    }

    // Pictures with their channels innermost are not cut into blocks.
    private static bool LeavesBlocksPartlyFilled(Tensor input, Tensor weight, long groups) =>
        input.device_type == DeviceType.CPU && groups == 1 && input.stride(1) != 1 && (MissingInputs(weight) != 0 || MissingOutputs(weight) != 0);

    /// <summary>
    /// A convolution with its channels filled up with zeros to whole blocks. oneDNN does so itself, but where the processor does not tell the sizes of its caches, as in some virtual machines, it leaves
    /// what was in the memory before, and sums come out wrong (docs/decisions/0052-channels-in-whole-blocks.md).
    /// </summary>
    private static Tensor ConvInWholeBlocks(Tensor input, Tensor weight, Tensor? bias, long[] strides, long[] around, long[] dilations)
    {
        var (inputs, outputs) = (MissingInputs(weight), MissingOutputs(weight));
        using var filled = inputs == 0 ? input.alias() : nn.functional.pad(input, [0, 0, 0, 0, 0, inputs]);      // [N, C, H, W]
        using var kernel = nn.functional.pad(weight, [0, 0, 0, 0, 0, inputs, 0, outputs]);                       // [O, C, h, w]
        using var added = bias is null ? null : nn.functional.pad(bias, [0, outputs]);
        using var result = nn.functional.conv2d(filled, kernel, added, strides, around, dilations);
        return result.narrow(1, 0, weight.shape[0]);
    }

    private static long MissingInputs(Tensor weight) => weight.shape[1] <= PlainChannels ? 0 : Missing(weight.shape[1]);

    private static long MissingOutputs(Tensor weight) => Missing(weight.shape[0]);

    private static long Missing(long channels) => (ChannelBlock - channels % ChannelBlock) % ChannelBlock;
}
