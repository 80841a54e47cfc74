using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

// What the pickle machine may hold, besides null, bool, long, double and string.

internal sealed record PickleTuple(IReadOnlyList<object?> Items);

internal sealed record PickleList(List<object?> Items);

internal sealed record PickleDict(List<KeyValuePair<object?, object?>> Items);

/// <summary>A name that the pickle refers to; only those of <see cref="PickleGlobals"/> exist.</summary>
internal sealed record PickleGlobal(PickleGlobalKind Kind, TensorType StorageType = default);

internal enum PickleGlobalKind
{
    RebuildTensor,
    RebuildParameter,
    OrderedDict,
    Storage,
}

/// <summary>A storage: an entry of the archive, <c>data/{Key}</c>.</summary>
internal sealed record PickleStorage(TensorType Type, string Key, long Count);

/// <summary>A view of a storage. Offset and strides count elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides);
