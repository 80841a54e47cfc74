using Cafe.Gateway.Requests;
using Cafe.Gateway.Runs;
using Cafe.Gateway.Stages;
using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>One generation under way: what its steps share and what they have found out.</summary>
internal sealed class GenerationScope(GenerationPlan plan, GenerationRun run, CallContext call)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<Stage, StageTiming> _timings = [];
    private readonly List<string> _degraded = [];
    private int _hits;
    private int _misses;

    public GenerationPlan Plan => plan;

    public GenerationRun Run => run;

    public CallContext Call => call;

    public bool SubjectCentred { get; set; }

    public void Count(CacheOutcome outcome)
    {
        switch (outcome)
        {
            case CacheOutcome.Hit or CacheOutcome.Joined:
                Interlocked.Increment(ref _hits);
                break;
            case CacheOutcome.Unspecified or CacheOutcome.Miss or CacheOutcome.Unavailable:
                Interlocked.Increment(ref _misses);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not a cache outcome.");
        }
    }

    /// <summary>A call of a stage has ended; what several took is added up.</summary>
    public void Time(StageTiming timing)
    {
        lock (_lock)
        {
            if (_timings.TryGetValue(timing.Stage, out var before))
            {
                timing.QueueSeconds += before.QueueSeconds;
                timing.WorkSeconds += before.WorkSeconds;
            }

            _timings[timing.Stage] = timing;
        }
    }

    /// <summary>Something was served less well than asked; said once.</summary>
    public void Degrade(string what)
    {
        lock (_lock)
        {
            if (!_degraded.Contains(what))
            {
                _degraded.Add(what);
            }
        }
    }

    public GenerateSummary Summary(double totalSeconds)
    {
        var summary = new GenerateSummary
        {
            RequestId = plan.RequestId,
            CacheHits = _hits,
            CacheMisses = _misses,
            Retries = call.Retries,
            TotalSeconds = totalSeconds,
            SubjectCentred = SubjectCentred,
        };
        lock (_lock)
        {
            summary.Timings.AddRange(_timings.Values);
            summary.Degraded.AddRange(_degraded);
        }

        foreach (var (key, value) in plan.Tags)
        {
            summary.Tags[key] = value;
        }

        return summary;
    }
}
