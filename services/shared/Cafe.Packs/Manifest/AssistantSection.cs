namespace Cafe.Packs.Manifest;

public sealed record AssistantSection
{
    public required string Graph { get; init; }

    /// <summary><c>llama</c>.</summary>
    public required string Architecture { get; init; }

    public required int HiddenSize { get; init; }

    public required int NumHiddenLayers { get; init; }

    public required int NumAttentionHeads { get; init; }

    public required int NumKeyValueHeads { get; init; }

    public required int HeadDim { get; init; }

    public required int VocabSize { get; init; }

    /// <summary>Tokens that one row's cache may hold.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Element type of the key/value cache.</summary>
    public required PackElementType CacheDtype { get; init; }

    /// <summary>[vocab_size, hidden_size].</summary>
    public required RawRows EmbedTokens { get; init; }

    /// <summary>[hidden_size]: the learned [IMG] embedding.</summary>
    public required RawRows ImageToken { get; init; }

    /// <summary>The graph of V.</summary>
    public required string VisionProjection { get; init; }

    /// <summary>The graph of H.</summary>
    public required string SemanticHead { get; init; }

    public required int SemanticWidth { get; init; }

    public required ImageTokenPosition ImageTokenPosition { get; init; }

    public required PackTokenizer Tokenizer { get; init; }

    public required ChatTemplate ChatTemplate { get; init; }

    public required string SystemPrompt { get; init; }

    /// <summary>The longest reply, in tokens.</summary>
    public required int MaxReplyTokens { get; init; }

    /// <summary>Default sampling temperature, 0 (greedy) to 2.</summary>
    public required float Temperature { get; init; }

    /// <summary>Default nucleus, above 0 to 1.</summary>
    public required float TopP { get; init; }

    /// <summary>Default bias towards going on as the user's words do where the reply repeats them, in logits, 0 to 20; 0 if absent.</summary>
    public float? CopyBias { get; init; }

    /// <summary>Where <see cref="CopyBias"/> draws a reply to a name that it has not begun; nowhere if absent.</summary>
    public Naming? Naming { get; init; }
}
