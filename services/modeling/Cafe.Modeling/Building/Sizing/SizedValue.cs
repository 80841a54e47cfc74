namespace Cafe.Modeling.Building.Sizing;

/// <summary>A value of a graph at given sizes.</summary>
/// <param name="Type">Number of TensorProto.DataType.</param>
/// <param name="Integers">The elements, where they are known and shapes may depend on them.</param>
internal sealed record SizedValue(int Type, IReadOnlyList<long> Shape, IReadOnlyList<long>? Integers = null)
{
    public const int Float = 1, Int32 = 6, Int64 = 7, Bool = 9, Float16 = 10;

    /// <summary>Stands for an input that is left out.</summary>
    public static SizedValue Absent { get; } = new(Float, []);

    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    public long Bytes => Count * Type switch { Float or Int32 => 4, Float16 or 16 => 2, Int64 or 11 => 8, _ => 1 };
}
