namespace Cafe.Modeling.Checkpoints;

/// <summary>Sizes and kinds of the element types.</summary>
public static class TensorTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this TensorType type) => type switch
    {
        TensorType.Float64 or TensorType.Int64 => 8,
        TensorType.Float32 or TensorType.Int32 => 4,
        TensorType.Float16 or TensorType.BFloat16 or TensorType.Int16 => 2,
        TensorType.Int8 or TensorType.UInt8 or TensorType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    /// <summary>True for the types that hold real numbers, which may be cast into one another.</summary>
    public static bool IsFloat(this TensorType type) => type switch
    {
        TensorType.Float64 or TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16 => true,
        TensorType.Int64 or TensorType.Int32 or TensorType.Int16 or TensorType.Int8 or TensorType.UInt8 or TensorType.Bool => false,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };
}
