using Cafe.Inference.Language;
using Cafe.Packs.Tokenizers;

namespace Cafe.Assistant.Replies;

/// <summary>A checked request, as the scheduler takes it.</summary>
public sealed record ReplyRequest
{
    /// <summary>The conversation.</summary>
    public required ChatPrompt Prompt { get; init; }

    /// <summary>E(x), [tokens, width].</summary>
    public required float[] Subject { get; init; }

    /// <summary>Tokens of E(x).</summary>
    public required int SubjectTokens { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public required Sampling Sampling { get; init; }

    /// <summary>The user's last words, which the reply is drawn to repeat whole; null where it is not.</summary>
    public CopyBias? Copy { get; init; }

    /// <summary>Tokens of an earlier attempt: fed again, neither drawn nor sent.</summary>
    public IReadOnlyList<int> ForcedPrefix { get; init; } = [];

    /// <summary>h alone; only where the image token follows the prompt.</summary>
    public bool EmbeddingOnly { get; init; }

    /// <summary>The request's id, for logs.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>Tokens before the reply.</summary>
    public int PromptTokens => Prompt.TextTokens + SubjectTokens;
}
