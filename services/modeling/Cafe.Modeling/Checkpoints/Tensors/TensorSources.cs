using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>Views of a source. None copies anything until it is read.</summary>
public static class TensorSources
{
    /// <summary>The source in another real type.</summary>
    public static TensorSource Cast(this TensorSource source, TensorType type) => source.Type == type ? source : new CastTensor(source, type);

    /// <summary>A matrix [a, b] as [b, a].</summary>
    public static TensorSource Transpose(this TensorSource source) => new TransposedTensor(source);

    public static TensorSource Rename(this TensorSource source, string name) =>
        source.Name == name ? source : new RegionTensor(source, name, source.Shape, 0);

    /// <summary>The same elements in another shape of the same count.</summary>
    public static TensorSource Reshape(this TensorSource source, params ImmutableArray<long> shape)
    {
        var reshaped = new RegionTensor(source, source.Name, shape, 0);
        return reshaped.Count == source.Count
            ? reshaped
            : throw new CheckpointException($"{source} can't take the shape [{string.Join(", ", shape)}].");
    }

    /// <summary>Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> along the first dimension.</summary>
    public static TensorSource Rows(this TensorSource source, long start, long count)
    {
        var row = source.Shape.Skip(1).Aggregate(1L, (product, size) => product * size);
        return new RegionTensor(source, source.Name, [count, .. source.Shape.Skip(1)], start * row);
    }

    /// <summary>Sources of one type and inner shape joined along the first dimension.</summary>
    public static TensorSource Concatenate(string name, params ImmutableArray<TensorSource> parts) => new ConcatenatedTensor(name, parts);
}
