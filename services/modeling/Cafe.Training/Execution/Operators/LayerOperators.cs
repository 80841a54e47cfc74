using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution.Operators;

/// <summary>Products and convolutions.</summary>
internal static class LayerOperators
{
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
        if (pads[0] == pads[2] && pads[1] == pads[3])
        {
            return nn.functional.conv2d(x[0]!, x[1]!, bias, strides, [pads[0], pads[1]], dilations, groups);
        }

        using var padded = nn.functional.pad(x[0]!, [pads[1], pads[3], pads[0], pads[2]]);
        return nn.functional.conv2d(padded, x[1]!, bias, strides, [0, 0], dilations, groups);
    }
}
