using System.Diagnostics;
using Cafe.Gateway.Access;
using Cafe.Gateway.Requests;
using Cafe.V1;

namespace Cafe.Gateway.Generations;

/// <summary>A request on its way to the worker.</summary>
/// <param name="RequestId">Names it.</param>
/// <param name="Request">The request, valid.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Seeds">Its randomness.</param>
/// <param name="Deadline">When it must be done.</param>
/// <param name="Trace">The span that it belongs to.</param>
/// <param name="Degraded">What is known beforehand to be served less well than asked.</param>
internal sealed record GenerationOrder(
    string RequestId, GenerateRequest Request, Caller Caller, GenerationSeeds Seeds, DateTimeOffset Deadline, ActivityContext Trace, IReadOnlyList<string> Degraded);
