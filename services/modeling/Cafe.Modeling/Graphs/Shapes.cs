namespace Cafe.Modeling.Graphs;

internal static class Shapes
{
    /// <summary>The number of elements of a shape.</summary>
    public static long Count(IEnumerable<long> shape) => shape.Aggregate(1L, (count, size) => checked(count * size));
}
