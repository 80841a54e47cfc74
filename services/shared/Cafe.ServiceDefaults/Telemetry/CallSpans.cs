using System.Diagnostics;

namespace Cafe.ServiceDefaults.Telemetry;

/// <summary>The spans of one model call that works for several requests: one in the trace of each. Dispose ends them.</summary>
public sealed class CallSpans : IDisposable
{
    private readonly List<Activity> _spans = [];

    private CallSpans()
    {
    }

    /// <summary>Starts a call's spans.</summary>
    /// <param name="source">Where they go; null for nowhere.</param>
    /// <param name="name">What is called.</param>
    /// <param name="traces">The traces of those it works for.</param>
    /// <param name="rows">Rows, or tokens, of the whole call: tag <c>cafe.rows</c>.</param>
    /// <returns>Null where nobody listens.</returns>
    public static CallSpans? Start(ActivitySource? source, string name, IEnumerable<ActivityContext> traces, int rows)
    {
        if (source?.HasListeners() != true)
        {
            return null;
        }

        var spans = new CallSpans();
        foreach (var trace in traces)
        {
            if (source.StartActivity(name, ActivityKind.Internal, trace) is { } span)
            {
                span.SetTag("cafe.rows", rows);
                spans._spans.Add(span);
            }
        }

        return spans;
    }

    /// <summary>The call failed.</summary>
    public void Fail(Exception failure) => _spans.ForEach(span => span.SetStatus(ActivityStatusCode.Error, failure.GetType().Name));

    /// <inheritdoc/>
    public void Dispose()
    {
        // The last first: each gives its thread's current span back to the one before it.
        for (var i = _spans.Count - 1; i >= 0; i--)
        {
            _spans[i].Dispose();
        }
    }
}
