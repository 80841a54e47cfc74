using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Samples;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Samples;

/// <summary>Columns held in memory.</summary>
internal sealed class MemorySource : ISampleSource
{
    private readonly Dictionary<string, byte[]> rows = [];
    private readonly List<SampleField> fields = [];

    public long Count { get; private set; }

    public IReadOnlyList<SampleField> Fields => fields;

    /// <summary>Adds a column from a tensor [count, ...].</summary>
    public MemorySource With(string name, Tensor column)
    {
        var source = column.ToSource(name);
        var bytes = new byte[source.ByteCount];
        source.Read(0, bytes);
        Count = column.shape[0];
        fields.Add(new SampleField(name, source.Type, [.. column.shape[1..]]));
        rows.Add(name, bytes);
        return this;
    }

    public void Read(SampleField field, long index, Span<byte> destination) =>
        rows[field.Name].AsSpan(checked((int)index * field.Bytes), field.Bytes).CopyTo(destination);
}
