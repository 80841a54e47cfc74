namespace Cafe.Training.Samples;

/// <summary>Samples of several sources one after the other, with the columns that all of them have.</summary>
public sealed class ConcatenatedSource : ISampleSource
{
    private readonly IReadOnlyList<ISampleSource> sources;

    public ConcatenatedSource(params IReadOnlyList<ISampleSource> sources)
    {
        this.sources = sources;
        Count = sources.Sum(s => s.Count);
        Fields = [.. sources[0].Fields.Where(f => sources.All(s => s.Fields.Any(o => o.Name == f.Name && o.Type == f.Type && o.Shape.SequenceEqual(f.Shape))))];
    }

    public long Count { get; }

    public IReadOnlyList<SampleField> Fields { get; }

    public void Read(SampleField field, long index, Span<byte> destination)
    {
        foreach (var source in sources)
        {
            if (index < source.Count)
            {
                source.Read(source.Field(field.Name), index, destination);
                return;
            }

            index -= source.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} samples.");
    }
}
