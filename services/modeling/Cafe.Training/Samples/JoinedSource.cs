namespace Cafe.Training.Samples;

/// <summary>Columns of several sources of equal length beside each other, for example pictures and what an encoder made of them.</summary>
public sealed class JoinedSource : ISampleSource
{
    private readonly Dictionary<SampleField, ISampleSource> owners = [];

    /// <exception cref="SampleException">Lengths differ, or two sources have one field.</exception>
    public JoinedSource(params IReadOnlyList<ISampleSource> sources)
    {
        Count = sources[0].Count;
        foreach (var source in sources)
        {
            if (source.Count != Count)
            {
                throw new SampleException($"Sources of {Count} and {source.Count} samples can't be joined.");
            }

            foreach (var field in source.Fields)
            {
                if (owners.Keys.Any(f => f.Name == field.Name))
                {
                    throw new SampleException($"Two sources have a field '{field.Name}'.");
                }

                owners.Add(field, source);
            }
        }

        Fields = [.. owners.Keys];
    }

    public long Count { get; }

    public IReadOnlyList<SampleField> Fields { get; }

    public void Read(SampleField field, long index, Span<byte> destination) => owners[field].Read(field, index, destination);
}
