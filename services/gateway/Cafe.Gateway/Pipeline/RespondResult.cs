using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>How a reply came out.</summary>
/// <param name="Reply">The whole reply as the caller has it.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="ReplyTokens">Tokens of the reply.</param>
internal sealed record RespondResult(string Reply, TextFinishReason FinishReason, int PromptTokens, int ReplyTokens);
