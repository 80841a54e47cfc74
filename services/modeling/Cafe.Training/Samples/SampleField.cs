using System.Collections.Immutable;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Training.Samples;

/// <summary>One column of a sample source: the same type and shape in every sample.</summary>
/// <param name="Name">For example <c>target</c>, <c>reference</c>, <c>subject</c>.</param>
/// <param name="Shape">Of one sample; empty for a number.</param>
public sealed record SampleField(string Name, TensorType Type, ImmutableArray<long> Shape)
{
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);

    /// <summary>Bytes of one sample.</summary>
    public int Bytes => checked((int)(Count * Type.Size()));
}
