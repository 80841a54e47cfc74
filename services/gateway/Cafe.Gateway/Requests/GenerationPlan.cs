using Cafe.V1;

namespace Cafe.Gateway.Requests;

/// <summary>A request that was understood: valid as far as the gateway can tell, seeds drawn, defaults decided.</summary>
public sealed record GenerationPlan
{
    /// <summary>Names the request.</summary>
    public required string RequestId { get; init; }

    /// <summary>Whom the stages are fair between.</summary>
    public required string Tenant { get; init; }

    /// <summary>The subject's picture.</summary>
    public required Image Subject { get; init; }

    /// <summary>The turns, oldest first; empty where the assistant isn't asked.</summary>
    public required IReadOnlyList<Turn> Turns { get; init; }

    /// <summary>x_ref of Eq. 4.</summary>
    public Image? SemanticImage { get; init; }

    /// <summary>alpha of Eq. 4; 1 without a semantic picture.</summary>
    public required double Alpha { get; init; }

    /// <summary>What the pictures are drawn under.</summary>
    public Conditions Conditions { get; init; } = Conditions.Both;

    /// <summary>The caller wants a reply.</summary>
    public required bool Reply { get; init; }

    /// <summary>Sampling of the reply, seed set.</summary>
    public required TextOptions TextOptions { get; init; }

    /// <summary>How to draw, seed set.</summary>
    public required DiffusionOptions Options { get; init; }

    /// <summary>Queue class.</summary>
    public required Priority Priority { get; init; }

    /// <summary>The conversation that the turn belongs to; empty: none.</summary>
    public string ConversationId { get; init; } = "";

    /// <summary>The caller's labels.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>The pictures' semantics come from the assistant, wholly or in part.</summary>
    public bool NeedsEmbedding => Conditions != Conditions.Subject && (SemanticImage is null || Alpha > 0);

    /// <summary>The assistant is asked.</summary>
    public bool NeedsAssistant => NeedsEmbedding || Reply;

    /// <summary>Seed of the first picture.</summary>
    public ulong Seed => Options.Seed;

    /// <summary>Seed of the reply.</summary>
    public ulong TextSeed => TextOptions.Seed;
}
