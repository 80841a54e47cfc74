using Cafe.V1;

namespace Cafe.Client;

/// <summary>How one item of a batch ended.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Result">What it gave; null where it failed.</param>
/// <param name="Error">Why it failed; null where it worked.</param>
public sealed record CafeBatchResult(string Id, CafeResult? Result, ItemError? Error);
