using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution.Operators;

/// <summary>Normalisations, by libtorch's native kernels where it has them.</summary>
internal static class NormOperators
{
    public static IEnumerable<(string Name, Operator Run)> All =>
    [
        ("LayerNormalization", (call, x) => [LayerNorm(call, x)]),
        ("RMSNormalization", (call, x) => [RmsNorm(call, x)]),
        ("GroupNormalization", (call, x) =>
            [nn.functional.group_norm(x[0]!, call.Int("num_groups", 1), x[1]!, x[2]!, call.Float("epsilon", 1e-5f))]),
    ];

    private static Tensor LayerNorm(NodeCall call, Tensor?[] x)
    {
        var axis = call.Int("axis", -1);
        var shape = x[0]!.shape[(int)(axis < 0 ? axis + x[0]!.dim() : axis)..];
        return nn.functional.layer_norm(x[0]!, shape, x[1]!, NodeCall.Optional(x, 2), call.Float("epsilon", 1e-5f));
    }

    // TorchSharp has no binding for rms_norm.
    private static Tensor RmsNorm(NodeCall call, Tensor?[] x)
    {
        if (call.Int("axis", -1) is not -1)
        {
            throw call.Unsupported("an axis other than the last");
        }

        using var squares = x[0]!.square();
        using var mean = squares.mean([-1], keepdim: true);
        using var shifted = mean.add(call.Float("epsilon", 1e-5f));
        using var scale = shifted.rsqrt();
        using var normed = x[0]!.mul(scale);
        return normed.mul(x[1]!);
    }
}
