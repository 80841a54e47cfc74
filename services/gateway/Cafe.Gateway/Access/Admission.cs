using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, CallerState> _callers = new();
    private int _active;

    /// <summary>Generations held now.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Lets a generation in; it leaves when the slot is disposed of.</summary>
    /// <exception cref="OverloadedException">A bound is met.</exception>
    public IDisposable Enter(Caller caller, Priority priority)
    {
        var state = State(caller);
        var bound = options.Value.BoundOf(priority, options.Value.MaxActive);
        if (Interlocked.Increment(ref _active) > bound)
        {
            Interlocked.Decrement(ref _active);
            metrics.Rejected("full");
            throw new OverloadedException($"The gateway holds {bound} generations, its limit{(bound < options.Value.MaxActive ? " for batch calls" : "")}.", FullDelay);
        }

        if (state.TryEnter(caller, out var refusal))
        {
            metrics.InFlight(+1);
            return new Slot(this, state);
        }

        Interlocked.Decrement(ref _active);
        metrics.Rejected("limit");
        throw refusal;
    }

    /// <summary>Counts a call that comes back to work which still has a slot: it needs none of its own, its caller's rate holds.</summary>
    /// <exception cref="OverloadedException">The rate is met.</exception>
    public void Return(Caller caller)
    {
        if (!State(caller).TryCount(caller, out var refusal))
        {
            metrics.Rejected("limit");
            throw refusal;
        }
    }

    private CallerState State(Caller caller) => _callers.GetOrAdd(caller.Id, _ => new CallerState(caller.Limits, time));

    private sealed class Slot(Admission admission, CallerState state) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                state.Leave();
                admission.Left();
            }
        }
    }

    private void Left()
    {
        Interlocked.Decrement(ref _active);
        metrics.InFlight(-1);
    }

    private sealed class CallerState(CallerLimits limits, TimeProvider time)
    {
        private readonly TokenBucket? _rate = limits.RequestsPerMinute > 0
            ? new TokenBucket(Math.Max(1, limits.RequestsPerMinute), limits.RequestsPerMinute / 60, time)
            : null;

        private int _running;

        public bool TryEnter(Caller caller, out OverloadedException refusal)
        {
            refusal = null!;
            if (Interlocked.Increment(ref _running) > limits.MaxConcurrent && limits.MaxConcurrent > 0)
            {
                Interlocked.Decrement(ref _running);
                refusal = new OverloadedException($"{caller.Id} may run {limits.MaxConcurrent} generations at once.", FullDelay);
                return false;
            }

            if (!TryCount(caller, out refusal))
            {
                Interlocked.Decrement(ref _running);
                return false;
            }

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

        public void Leave() => Interlocked.Decrement(ref _running);
    }
}
