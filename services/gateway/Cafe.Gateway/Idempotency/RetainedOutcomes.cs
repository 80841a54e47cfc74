namespace Cafe.Gateway.Idempotency;

/// <summary>
/// Decides how long outcomes stay that the store doesn't keep: a while, and less where they come in faster than their bound
/// allows; the oldest go first.
/// </summary>
/// <param name="maxBytes">Most bytes held in all; one larger outcome isn't held.</param>
/// <param name="longest">How long one stays at most.</param>
/// <param name="time">The clock.</param>
internal sealed class RetainedOutcomes(long maxBytes, TimeSpan longest, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Outcome> _held = [];
    private long _bytes;

    /// <summary>Bytes held now.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Returns when an outcome of so many bytes is to be let go.</summary>
    public async Task HoldAsync(long bytes)
    {
        if (bytes > maxBytes)
        {
            return;
        }

        var outcome = Add(bytes);
        try
        {
            await outcome.Displaced.Task.WaitAsync(longest, time);
        }
        catch (TimeoutException)
        {
            Remove(outcome);
        }
    }

    private Outcome Add(long bytes)
    {
        var outcome = new Outcome(bytes);
        lock (_lock)
        {
            _held.AddLast(outcome);
            _bytes += bytes;
            while (_bytes > maxBytes)
            {
                var oldest = _held.First!.Value;
                _held.RemoveFirst();
                _bytes -= oldest.Bytes;
                oldest.Displaced.SetResult();
            }
        }

        return outcome;
    }

    private void Remove(Outcome outcome)
    {
        lock (_lock)
        {
            if (_held.Remove(outcome))
            {
                _bytes -= outcome.Bytes;
            }
        }
    }

    private sealed class Outcome(long bytes)
    {
        public long Bytes => bytes;

        public TaskCompletionSource Displaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
