namespace Cafe.Packs.Manifest;

/// <summary>What the UNet's two decoupled attentions attend to.</summary>
public sealed record Conditioning
{
    /// <summary><c>cafe</c>: the assistant's h and the subject's patches.</summary>
    public required string Kind { get; init; }

    public required ConditionTokens Semantic { get; init; }

    public required ConditionTokens Subject { get; init; }

    /// <summary>Whether the semantic embedding is brought to length one first.</summary>
    public bool NormalizeSemantic { get; init; }
}
