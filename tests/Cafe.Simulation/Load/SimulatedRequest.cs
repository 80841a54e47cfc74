using Cafe.Scheduling.Queue;

namespace Cafe.Simulation.Load;

/// <summary>A request of the day.</summary>
/// <param name="Arrival">Seconds from the start.</param>
/// <param name="Tenant">Who sends it.</param>
/// <param name="Class">Interactive, or batch.</param>
/// <param name="Steps">Of the sampler.</param>
/// <param name="Pictures">To be drawn.</param>
/// <param name="PromptTokens">The picture's among them.</param>
/// <param name="ReplyTokens">That the reply will have.</param>
/// <param name="Cached">Its picture's embeddings are there already: no work for the encoder.</param>
public sealed record SimulatedRequest(double Arrival, string Tenant, WorkClass Class, int Steps, int Pictures, int PromptTokens, int ReplyTokens, bool Cached);
