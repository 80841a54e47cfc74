using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>Recognises storages and tensors in the tuples that PyTorch writes for them; null where a tuple is something else.</summary>
internal static class PickleShapes
{
    /// <summary>('storage', type, key, location, number of elements)</summary>
    public static PickleStorage? Storage(object? id) =>
        id is PickleTuple { Items: ["storage", PickleGlobal { Kind: PickleGlobalKind.Storage } type, string key, string, long and >= 0 and var count] }
            ? new PickleStorage(type.StorageType, key, count)
            : null;

    /// <summary>(storage, offset, sizes, strides, requires_grad, backward hooks, optional metadata)</summary>
    public static PickleTensor? Tensor(PickleTuple arguments) =>
        arguments.Items is [PickleStorage storage, long and >= 0 and var offset, PickleTuple sizes, PickleTuple strides, ..]
            && arguments.Items.Count is >= 4 and <= 7
            && Numbers(sizes) is { } shape
            && Numbers(strides) is { } steps
            && shape.Length == steps.Length
            ? new PickleTensor(storage, offset, shape, steps)
            : null;

    private static ImmutableArray<long>? Numbers(PickleTuple tuple) =>
        tuple.Items.Count <= 16 && tuple.Items.All(item => item is long and >= 0) ? [.. tuple.Items.Cast<long>()] : null;
}
