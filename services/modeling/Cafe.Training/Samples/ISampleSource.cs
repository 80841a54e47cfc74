namespace Cafe.Training.Samples;

/// <summary>
/// Samples by index, as named columns of fixed shape, so that a trainer can take any of them at any step and a resumed run sees what an
/// uninterrupted one would. Reads may come from several threads.
/// </summary>
public interface ISampleSource
{
    long Count { get; }

    IReadOnlyList<SampleField> Fields { get; }

    /// <summary>Copies one sample's values of a field, row-major and little-endian.</summary>
    /// <param name="index">From 0 to <see cref="Count"/>, exclusive.</param>
    /// <param name="destination">Exactly the field's <see cref="SampleField.Bytes"/>.</param>
    void Read(SampleField field, long index, Span<byte> destination);
}
