using Cafe.Inference.Diffusion;
using Cafe.Scheduling.Queue;
using Cafe.V1;

namespace Cafe.Diffuser.Serving;

/// <summary>A request with every default filled in and every embedding at hand.</summary>
/// <param name="Options">As they will be used.</param>
/// <param name="Plan">The steps.</param>
/// <param name="Semantic">c, [tokens, width]; null where absent.</param>
/// <param name="Subject">E(x), [tokens, width]; null where absent.</param>
/// <param name="Class">Queue class.</param>
/// <param name="Tenant">Whom to be fair between.</param>
internal sealed record ResolvedRequest(
    DiffusionOptions Options, DrawingPlan Plan, float[]? Semantic, float[]? Subject, WorkClass Class, string Tenant);
