namespace Cafe.Embeddings.Values;

/// <summary>
/// An embedding's values, rounded to fp16: an embedding read from the cache, one just encoded and one sent inline are the
/// same bit for bit, so the cache never changes a picture.
/// </summary>
public sealed class EmbeddingValue
{
    private readonly Half[] _data;

    /// <summary>Takes the elements over; the caller must not write to them afterwards.</summary>
    /// <param name="shape">Lengths from 1, outermost first.</param>
    /// <param name="data">Row-major.</param>
    public EmbeddingValue(IReadOnlyList<int> shape, Half[] data)
    {
        var count = shape.Aggregate(1L, (product, length) => product * length);
        if (shape.Count == 0 || shape.Any(length => length < 1) || count != data.Length)
        {
            throw new ArgumentException($"[{string.Join(", ", shape)}] is not the shape of {data.Length} elements.", nameof(shape));
        }

        Shape = [.. shape];
        _data = data;
    }

    /// <summary>Lengths, outermost first.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The elements, row-major.</summary>
    public ReadOnlySpan<Half> Data => _data;

    /// <summary>Rounds to fp16.</summary>
    /// <param name="shape">Lengths from 1, outermost first.</param>
    /// <param name="data">Row-major.</param>
    /// <exception cref="ArithmeticException">A value is NaN, infinite, or too large for fp16.</exception>
    public static EmbeddingValue Round(IReadOnlyList<int> shape, ReadOnlySpan<float> data)
    {
        var rounded = new Half[data.Length];
        for (var i = 0; i < rounded.Length; i++)
        {
            rounded[i] = (Half)data[i];
            if (!Half.IsFinite(rounded[i]))
            {
                throw new ArithmeticException($"Element {i} is {data[i]}, which fp16 can't hold.");
            }
        }

        return new EmbeddingValue(shape, rounded);
    }

    /// <summary>The elements as float32, row-major.</summary>
    public float[] ToFloats()
    {
        var floats = new float[_data.Length];
        HalfConversion.ToFloats(_data, floats);
        return floats;
    }
}
