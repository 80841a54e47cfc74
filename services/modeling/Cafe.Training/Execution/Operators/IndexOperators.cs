using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution.Operators;

/// <summary>Operations that pick elements by index, and those that make index ranges.</summary>
internal static class IndexOperators
{
    public static IEnumerable<(string Name, Operator Run)> All =>
    [
        ("Gather", (call, x) => [Gather(x[0]!, x[1]!, call.Int("axis", 0))]),
        ("GatherElements", (call, x) => [x[0]!.gather(call.Int("axis", 0), x[1]!)]),
        ("GatherND", (call, x) => [GatherNd(call, x[0]!, x[1]!)]),
        ("Range", (call, x) => [torch.arange(call.Longs(x, 0)[0], call.Longs(x, 1)[0], call.Longs(x, 2)[0], ScalarType.Int64)]),
        ("ConstantOfShape", (call, x) => [torch.zeros(call.Longs(x, 0))]),
    ];

    private static Tensor Gather(Tensor data, Tensor indices, long axis)
    {
        if (axis < 0)
        {
            axis += data.dim();
        }

        using var flat = indices.reshape(-1);
        using var positions = flat.to(data.device);
        using var picked = data.index_select(axis, positions);
        return picked.reshape([.. data.shape[..(int)axis], .. indices.shape, .. data.shape[(int)(axis + 1)..]]);
    }

    // Tuples of the leading dimensions, with optional shared batch dimensions: the form in which a row's own position is picked.
    private static Tensor GatherNd(NodeCall call, Tensor data, Tensor indices)
    {
        var batch = (int)call.Int("batch_dims", 0);
        if (batch > 1)
        {
            throw call.Unsupported($"batch_dims = {batch}");
        }

        using var scope = torch.NewDisposeScope();
        var tuples = indices.unbind(-1).Select(t => TensorIndex.Tensor(t));
        if (batch == 1)
        {
            var rows = torch.arange(indices.shape[0], ScalarType.Int64, data.device);
            var shape = Enumerable.Repeat(1L, (int)indices.dim() - 1).ToArray();
            shape[0] = -1;
            tuples = tuples.Prepend(TensorIndex.Tensor(rows.reshape(shape)));
        }

        return data.index([.. tuples]).MoveToOuterDisposeScope();
    }
}
