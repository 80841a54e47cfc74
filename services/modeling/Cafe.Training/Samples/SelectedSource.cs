namespace Cafe.Training.Samples;

/// <summary>Some of another source's samples, in the order given.</summary>
/// <param name="source">Whose samples.</param>
/// <param name="rows">Their indices in it. The column that says which are kept has done its work and is left out.</param>
public sealed class SelectedSource(ISampleSource source, IReadOnlyList<long> rows) : ISampleSource
{
    public long Count => rows.Count;

    public IReadOnlyList<SampleField> Fields { get; } = [.. source.Fields.Where(field => field.Name != SampleFields.Kept)];

    public void Read(SampleField field, long index, Span<byte> destination) => source.Read(field, rows[(int)index], destination);
}
