using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Language;

/// <summary>Samples with conversations, and the references that have their patch embeddings.</summary>
public sealed record AssistantData(ISampleSource Samples, ISampleSource References)
{
    /// <summary>Those whose conversation was kept.</summary>
    public IEnumerable<long> Filled() => TokenRows.Filled(Samples, SampleFields.Reply);

    public AssistantBatch Batch(IReadOnlyList<long> indices)
    {
        var rows = Samples.Has(SampleFields.ReferenceRow) ? [.. indices.Select(i => Samples.Number(SampleFields.ReferenceRow, i))] : indices;
        return new AssistantBatch(
            TokenRows.Trimmed(Samples.Batch(SampleFields.Prompt, indices)),
            Samples.Batch(SampleFields.ImagePosition, indices).to(ScalarType.Int64),
            References.FloatBatch(SampleFields.Patches, rows),
            TokenRows.Trimmed(Samples.Batch(SampleFields.Reply, indices)));
    }
}
