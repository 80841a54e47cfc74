using Cafe.Gateway.Moderation;
using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>What a reply's attempts hand on to the next.</summary>
internal sealed class RespondState
{
    /// <summary>Where the text goes; null where only h is wanted.</summary>
    public required ModeratedText? Text { get; init; }

    /// <summary>Where h goes.</summary>
    public required TaskCompletionSource<Embedding> Embedding { get; init; }

    /// <summary>The reply is left out.</summary>
    public required bool EmbeddingOnly { get; init; }

    /// <summary>The reply's tokens so far.</summary>
    public List<int> Tokens { get; } = [];

    /// <summary>What makes the reply.</summary>
    public Provenance? Provenance { get; private set; }

    /// <summary>An attempt has begun.</summary>
    public void Accept(Provenance provenance)
    {
        // Before the first token, and before h, nothing binds the call to a part.
        if (Provenance is not null && (Tokens.Count > 0 || Embedding.Task.IsCompleted) && !PackChangedException.Same(Provenance, provenance))
        {
            throw new PackChangedException(Stage.Assistant, Provenance, provenance);
        }

        Provenance = provenance;
    }

    /// <summary>h came; it carries which assistant made it, and the diffuser checks that it is its pack's.</summary>
    public void Predict(Tensor values) =>
        Embedding.TrySetResult(new Embedding { Tensor = values, PartFingerprint = Provenance?.PartFingerprint ?? "" });
}
