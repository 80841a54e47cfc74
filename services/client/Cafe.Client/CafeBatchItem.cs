using Cafe.V1;

namespace Cafe.Client;

/// <summary>One item of a batch.</summary>
/// <param name="Id">1 to 128 characters, each once in a batch.</param>
/// <param name="Request">What to generate; without an idempotency key it gets one, so that a broken stream repeats nothing.</param>
public sealed record CafeBatchItem(string Id, GenerateRequest Request);
