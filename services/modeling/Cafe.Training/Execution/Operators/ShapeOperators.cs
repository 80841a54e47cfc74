using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution.Operators;

/// <summary>Operations that move elements and compute with shapes. Views wherever libtorch has one.</summary>
internal static class ShapeOperators
{
    public static IEnumerable<(string Name, Operator Run)> All =>
    [
        ("Reshape", (call, x) => [Reshape(call, x)]),
        ("Flatten", (call, x) => [Flatten(x[0]!, call.Int("axis", 1))]),
        ("Transpose", (call, x) => [x[0]!.permute([.. call.Node.Ints("perm", Descending(x[0]!))])]),
        ("Unsqueeze", (call, x) => [Unsqueeze(x[0]!, call.Longs(x, 1))]),
        ("Squeeze", (call, x) => [Squeeze(x[0]!, call.OptionalLongs(x, 1))]),
        ("Expand", (call, x) => [x[0]!.expand(Broadcast(x[0]!.shape, call.Longs(x, 1)))]),
        ("Concat", (call, x) => [Concat(x, call.Int("axis", 0))]),
        ("Split", Split),
        ("Slice", (call, x) => [Slice(call, x)]),
        ("Pad", (call, x) => [Pad(call, x)]),
        ("Shape", (call, x) => [Shape(call, x[0]!)]),
        ("Size", (_, x) => [torch.tensor(x[0]!.numel(), device: torch.CPU)]),
        ("Resize", (call, x) => [Resize(call, x)]),
    ];

    private static Tensor Reshape(NodeCall call, Tensor?[] x)
    {
        var shape = (long[])call.Longs(x, 1).Clone();
        if (call.Int("allowzero", 0) == 0)
        {
            for (var i = 0; i < shape.Length; i++)
            {
                shape[i] = shape[i] == 0 ? x[0]!.shape[i] : shape[i];
            }
        }

        return x[0]!.reshape(shape);
    }

    private static Tensor Flatten(Tensor x, long axis)
    {
        var rows = x.shape.Take((int)axis).Aggregate(1L, (a, b) => a * b);
        return x.reshape(rows, -1);
    }

    private static long[] Descending(Tensor x) => [.. Enumerable.Range(0, (int)x.dim()).Reverse().Select(i => (long)i)];

    private static Tensor Unsqueeze(Tensor x, long[] axes)
    {
        var rank = x.dim() + axes.Length;
        var inserted = axes.Select(a => a < 0 ? a + rank : a).ToHashSet();
        var sizes = new Queue<long>(x.shape);
        return x.reshape([.. Enumerable.Range(0, (int)rank).Select(i => inserted.Contains(i) ? 1 : sizes.Dequeue())]);
    }

    private static Tensor Squeeze(Tensor x, long[]? axes)
    {
        var removed = axes?.Select(a => a < 0 ? a + x.dim() : a).ToHashSet();
        return x.reshape([.. x.shape.Where((size, i) => removed is null ? size != 1 : !removed.Contains(i))]);
    }

    /// <summary>ONNX's Expand broadcasts both ways: a 1 in the wanted shape keeps the tensor's size.</summary>
    private static long[] Broadcast(long[] have, long[] wanted)
    {
        var rank = Math.Max(have.Length, wanted.Length);
        var result = new long[rank];
        for (var i = 1; i <= rank; i++)
        {
            var a = i <= have.Length ? have[^i] : 1;
            var b = i <= wanted.Length ? wanted[^i] : 1;
            result[^i] = a == 1 ? b : a;
        }

        return result;
    }

    // What is computed of shapes stays on the host, where it is read: a GPU would have to be waited for.
    private static Tensor Concat(Tensor?[] x, long axis)
    {
        var host = x.Any(t => t!.device.type == DeviceType.CPU);
        return torch.cat([.. x.Select(t => host ? t!.cpu() : t!)], axis);
    }

    private static Tensor[] Split(NodeCall call, Tensor?[] x)
    {
        var axis = call.Int("axis", 0);
        if (call.OptionalLongs(x, 1) is { } sizes)
        {
            return x[0]!.split(sizes, axis);
        }

        // Equal parts, the last one smaller where they do not come out even.
        var parts = call.Int("num_outputs", call.Node.Outputs.Count);
        var size = x[0]!.shape[axis < 0 ? axis + x[0]!.dim() : axis];
        var part = (size + parts - 1) / parts;
        return x[0]!.split([.. Enumerable.Range(0, (int)parts).Select(i => Math.Min(part, size - i * part))], axis);
    }

    private static Tensor Slice(NodeCall call, Tensor?[] x)
    {
        var starts = call.Longs(x, 1);
        var ends = call.Longs(x, 2);
        var axes = call.OptionalLongs(x, 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = call.OptionalLongs(x, 4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        var result = x[0]!.alias();
        for (var i = 0; i < starts.Length; i++)
        {
            if (steps[i] < 1)
            {
                throw call.Unsupported($"step {steps[i]}");
            }

            using var before = result;
            result = before.slice(axes[i], starts[i], ends[i], steps[i]);
        }

        return result;
    }

    private static Tensor Pad(NodeCall call, Tensor?[] x)
    {
        if (call.Node.String("mode", "constant") != "constant" || call.OptionalLongs(x, 3) is not null)
        {
            throw call.Unsupported("padding other than by a constant over all axes");
        }

        // ONNX: all begins, then all ends. torch: (begin, end) pairs from the last axis on.
        var pads = call.Longs(x, 1);
        var rank = pads.Length / 2;
        long[] pairs = [.. Enumerable.Range(0, rank).Reverse().SelectMany(i => new[] { pads[i], pads[rank + i] })];
        var value = NodeCall.Optional(x, 2) is { } constant ? constant.to(ScalarType.Float64).item<double>() : 0;
        return nn.functional.pad(x[0]!, pairs, value: value);
    }

    private static Tensor Shape(NodeCall call, Tensor x)
    {
        var (start, end) = ((int)Clamp(call.Int("start", 0)), (int)Clamp(call.Int("end", long.MaxValue)));
        return torch.tensor(x.shape[start..Math.Max(start, end)], device: torch.CPU);

        long Clamp(long at) => Math.Clamp(at < 0 ? at + x.dim() : at, 0, x.dim());
    }

    private static Tensor Resize(NodeCall call, Tensor?[] x)
    {
        var nearest = call.Node.String("mode", "nearest") == "nearest"
            && call.Node.String("coordinate_transformation_mode", "half_pixel") == "asymmetric"
            && call.Node.String("nearest_mode", "round_prefer_floor") == "floor";
        if (!nearest)
        {
            throw call.Unsupported("any mode but nearest, asymmetric, floor");
        }

        if (call.OptionalLongs(x, 3) is { } sizes)
        {
            return nn.functional.interpolate(x[0]!, sizes[2..], mode: InterpolationMode.Nearest);
        }

        using var host = x[2]!.cpu();
        var scales = host.data<float>().ToArray();
        long[] size = [(long)(x[0]!.shape[2] * scales[2]), (long)(x[0]!.shape[3] * scales[3])];
        return nn.functional.interpolate(x[0]!, size, mode: InterpolationMode.Nearest);
    }
}
