using Cafe.Assistant.Scheduling;
using Cafe.Embeddings.Reading;
using Cafe.Packs.Manifest;
using Cafe.V1;

namespace Cafe.Assistant.Model;

/// <summary>A loaded pack with its scheduler.</summary>
/// <param name="Manifest">The pack's.</param>
/// <param name="Model">The scheduler's alone; others read its sizes and tokenizer.</param>
/// <param name="Scheduler">Takes requests.</param>
/// <param name="Provenance">What every answer says it was made by.</param>
public sealed record LoadedAssistant(PackManifest Manifest, IAssistantModel Model, ReplyScheduler Scheduler, Provenance Provenance)
{
    /// <summary>What E(x) has to be.</summary>
    public EmbeddingExpectation Subject { get; } = new(
        EmbeddingKind.Subject, Manifest.Parts.Encoder.Fingerprint, [Manifest.Encoder.Subject.Tokens, Manifest.Encoder.Subject.Width]);
}
