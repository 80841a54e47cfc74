using Cafe.Diffuser.Scheduling;
using Cafe.ServiceDefaults.Errors;

namespace Cafe.Diffuser.Model;

/// <summary>What is served now; set once, when it is warm.</summary>
public sealed class DiffuserState
{
    private sealed record Served(DiffuserPart Part, DiffusionScheduler Scheduler);

    private volatile Served? _served;

    /// <summary>The part.</summary>
    /// <exception cref="NotReadyException">It isn't loaded yet.</exception>
    public DiffuserPart Part => Current.Part;

    /// <summary>Its scheduler.</summary>
    /// <exception cref="NotReadyException">It isn't loaded yet.</exception>
    public DiffusionScheduler Scheduler => Current.Scheduler;

    private Served Current => _served ?? throw new NotReadyException("The diffuser is loading.", TimeSpan.FromSeconds(1));

    internal void Set(DiffuserPart part, DiffusionScheduler scheduler) => _served = new Served(part, scheduler);
}
