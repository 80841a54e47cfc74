using Cafe.Gateway.Configuration;
using Cafe.Gateway.Stages;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway.Access;

/// <summary>The gateway's own bounds: generations held at once, and each caller's rate and share.</summary>
public sealed class Admission(IOptions<GatewayOptions> options, GatewayMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan FullDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CallerState> _callers = [];
    private int _active;
    private long _swept = time.GetTimestamp();

    /// <summary>
    /// Callers remembered: those that run something, or whose rate isn't whole again, and until the next sweep, a minute at most
    /// while calls come, others too.
    /// </summary>
    public int Callers
    {
        get
        {
            lock (_lock)
            {
                return _callers.Count;
            }
        }
    }

    /// <summary>Lets a generation in; it leaves when the slot is disposed of.</summary>
    /// <exception cref="OverloadedException">A bound is met.</exception>
    public IDisposable Enter(Caller caller, Priority priority)
    {
        var bound = options.Value.BoundOf(priority, options.Value.MaxActive);
        lock (_lock)
        {
            if (_active >= bound)
            {
                metrics.Rejected("full");
                throw new OverloadedException($"The gateway holds {bound} generations, its limit{(bound < options.Value.MaxActive ? " for batch calls" : "")}.", FullDelay);
            }

            var state = State(caller);
            if (!state.TryEnter(caller, out var refusal))
            {
                metrics.Rejected("limit");
                throw refusal;
            }

            _active++;
            metrics.InFlight(+1);
            return new Slot(this, state);
        }
    }

    /// <summary>Counts a call that comes back to work which still has a slot: it needs none of its own, its caller's rate holds.</summary>
    /// <exception cref="OverloadedException">The rate is met.</exception>
    public void Return(Caller caller)
    {
        lock (_lock)
        {
            if (!State(caller).TryCount(caller, out var refusal))
            {
                metrics.Rejected("limit");
                throw refusal;
            }
        }
    }

    private CallerState State(Caller caller)
    {
        if (time.GetElapsedTime(_swept) >= SweepInterval)
        {
            _swept = time.GetTimestamp();
            foreach (var (id, known) in _callers)
            {
                // A caller that is forgotten begins again as this one is: nothing running, its whole rate before it.
                if (known.IsAtRest)
                {
                    _callers.Remove(id);
                }
            }
        }

        if (!_callers.TryGetValue(caller.Id, out var state))
        {
            _callers[caller.Id] = state = new CallerState(caller.Limits, time);
        }

        return state;
    }

    private sealed class Slot(Admission admission, CallerState state) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                admission.Leave(state);
            }
        }
    }

    private void Leave(CallerState state)
    {
        lock (_lock)
        {
            state.Leave();
            _active--;
            metrics.InFlight(-1);
        }
    }

    // Used under the admission's lock.
    private sealed class CallerState(CallerLimits limits, TimeProvider time)
    {
        private readonly TokenBucket? _rate = limits.RequestsPerMinute > 0
            ? new TokenBucket(Math.Max(1, limits.RequestsPerMinute), limits.RequestsPerMinute / 60, time)
            : null;

        private int _running;

        public bool IsAtRest => _running == 0 && _rate?.IsFull != false;

        public bool TryEnter(Caller caller, out OverloadedException refusal)
        {
            if (limits.MaxConcurrent > 0 && _running >= limits.MaxConcurrent)
            {
                refusal = new OverloadedException($"{caller.Id} may run {limits.MaxConcurrent} generations at once.", FullDelay);
                return false;
            }

            if (!TryCount(caller, out refusal))
            {
                return false;
            }

            _running++;
            return true;
        }

        public bool TryCount(Caller caller, out OverloadedException refusal)
        {
            refusal = null!;
            if (_rate is null || _rate.TryTake(out var wait))
            {
                return true;
            }

            refusal = new OverloadedException($"{caller.Id} may ask for {limits.RequestsPerMinute} generations a minute.", wait);
            return false;
        }

        public void Leave() => _running--;
    }
}
