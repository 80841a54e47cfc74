namespace Cafe.Modeling.Checkpoints;

/// <summary>The only names a pickle may refer to. None of them runs anything: they are data to this reader.</summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<(string Module, string Name), PickleGlobal> Known = new()
    {
        [("torch._utils", "_rebuild_tensor_v2")] = new(PickleGlobalKind.RebuildTensor),
        [("torch._utils", "_rebuild_parameter")] = new(PickleGlobalKind.RebuildParameter),
        [("collections", "OrderedDict")] = new(PickleGlobalKind.OrderedDict),
        [("torch", "FloatStorage")] = new(PickleGlobalKind.Storage, TensorType.Float32),
        [("torch", "HalfStorage")] = new(PickleGlobalKind.Storage, TensorType.Float16),
        [("torch", "BFloat16Storage")] = new(PickleGlobalKind.Storage, TensorType.BFloat16),
        [("torch", "DoubleStorage")] = new(PickleGlobalKind.Storage, TensorType.Float64),
        [("torch", "LongStorage")] = new(PickleGlobalKind.Storage, TensorType.Int64),
        [("torch", "IntStorage")] = new(PickleGlobalKind.Storage, TensorType.Int32),
        [("torch", "ShortStorage")] = new(PickleGlobalKind.Storage, TensorType.Int16),
        [("torch", "CharStorage")] = new(PickleGlobalKind.Storage, TensorType.Int8),
        [("torch", "ByteStorage")] = new(PickleGlobalKind.Storage, TensorType.UInt8),
        [("torch", "BoolStorage")] = new(PickleGlobalKind.Storage, TensorType.Bool),
    };

    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault((module, name));
}
