namespace Cafe.Modeling.Checkpoints;

/// <summary>Element types that checkpoints hold. Values are little-endian and tightly packed.</summary>
public enum TensorType
{
    Float32,
    Float16,
    BFloat16,
    Float64,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,
    Bool,
}
