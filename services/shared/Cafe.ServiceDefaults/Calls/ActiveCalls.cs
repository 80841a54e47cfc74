using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cafe.ServiceDefaults.Calls;

/// <summary>The calls that run now, so that a drain can wait for them and end those that outlast it.</summary>
public sealed class ActiveCalls
{
    // REFUSED_STREAM: gRPC clients read it as UNAVAILABLE, which is what a call that a shutdown cut off should be.
    private const int RefusedStream = 0x7;
    private readonly Lock _lock = new();
    private readonly HashSet<HttpContext> _calls = [];
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource? _idle;
    private bool _closed;

    /// <summary>How many calls run; health checks and reflection don't count.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _calls.Count;
            }
        }
    }

    /// <summary>Set when no new calls are taken: a call that brings its work in pieces takes no more of them, and ends.</summary>
    public CancellationToken Closing => _closing.Token;

    internal bool TryEnter(HttpContext call)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            _calls.Add(call);
            return true;
        }
    }

    internal void Leave(HttpContext call)
    {
        lock (_lock)
        {
            _calls.Remove(call);
            if (_calls.Count == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }

    /// <summary>Takes no new calls; the task completes when the last one has ended.</summary>
    internal Task Close()
    {
        Task idle;
        lock (_lock)
        {
            _closed = true;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_calls.Count == 0)
            {
                _idle.TrySetResult();
            }

            idle = _idle.Task;
        }

        _closing.Cancel();
        return idle;
    }

    /// <summary>Cuts off the calls that are left.</summary>
    internal void Abort()
    {
        HttpContext[] left;
        lock (_lock)
        {
            left = [.. _calls];
        }

        foreach (var call in left)
        {
            if (call.Features.Get<IHttpResetFeature>() is { } reset)
            {
                reset.Reset(RefusedStream);
            }
            else
            {
                call.Abort();
            }
        }
    }
}
