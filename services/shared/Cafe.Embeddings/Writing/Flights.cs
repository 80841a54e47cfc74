namespace Cafe.Embeddings.Writing;

/// <summary>
/// Runs one piece of work per key at a time; whoever asks for the same key meanwhile gets the same result. The work is
/// cancelled when everyone who waits for it has left, not when one has.
/// </summary>
public sealed class Flights<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>Pieces of work under way.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _flights.Count;
            }
        }
    }

    /// <summary>The result for a key.</summary>
    /// <param name="key">What the work is for.</param>
    /// <param name="work">Started if nobody works on the key; its token is cancelled when nobody waits any more.</param>
    /// <param name="cancellation">Leaves, without hurting others.</param>
    /// <returns>The result, and whether someone else had started the work.</returns>
    public async Task<(TResult Result, bool Joined)> Run(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var flight = Board(key, out var joined);
        if (!joined)
        {
            flight.Task = Fly(key, flight, work);
            flight.Started.SetResult();
        }

        try
        {
            await flight.Started.Task;
            return (await flight.Task!.WaitAsync(cancellation), joined);
        }
        finally
        {
            Leave(key, flight);
        }
    }

    private Flight Board(TKey key, out bool joined)
    {
        lock (_lock)
        {
            joined = _flights.TryGetValue(key, out var flight);
            if (!joined)
            {
                flight = new Flight();
                _flights.Add(key, flight);
            }

            flight!.Passengers++;
            return flight;
        }
    }

    private void Leave(TKey key, Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Passengers > 0)
            {
                return;
            }

            Remove(key, flight); // nobody may join work that is being cancelled
        }

        flight.Cancellation.Cancel();
    }

    private async Task<TResult> Fly(TKey key, Flight flight, Func<CancellationToken, Task<TResult>> work)
    {
        await Task.Yield(); // the first caller waits like the others, and may leave like the others
        try
        {
            return await work(flight.Cancellation.Token);
        }
        finally
        {
            lock (_lock)
            {
                Remove(key, flight);
            }
        }
    }

    private void Remove(TKey key, Flight flight)
    {
        if (_flights.TryGetValue(key, out var current) && ReferenceEquals(current, flight))
        {
            _flights.Remove(key);
        }
    }

    private sealed class Flight
    {
        public CancellationTokenSource Cancellation { get; } = new();

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TResult>? Task { get; set; }

        public int Passengers { get; set; }
    }
}
