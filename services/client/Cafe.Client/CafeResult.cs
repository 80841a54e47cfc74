using Cafe.V1;

namespace Cafe.Client;

/// <summary>All that a generation gave.</summary>
/// <param name="Reply">The reply; empty where none was asked for.</param>
/// <param name="Pictures">The pictures by index.</param>
/// <param name="Summary">Timings and what made it.</param>
public sealed record CafeResult(string Reply, IReadOnlyList<CafePicture> Pictures, GenerateSummary Summary);
