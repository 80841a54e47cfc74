using Cafe.Gateway.Access;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Generations;
using Cafe.Gateway.Runs;
using Cafe.Gateway.Storage;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway.Idempotency;

/// <summary>
/// Work that is done once per key. In this process a second call reads the same run; across processes the one that holds the
/// key's claim works and the others follow what it shows; one that dies loses its claim and another takes over with the same
/// seeds, and fails where its stages serve something else than what made the part that was shown. Without the store the key holds in this process alone, and the summary says so.
/// </summary>
internal sealed class KeyedRuns(
    IGatewayStore store, GenerationWorker worker, Admission admission, GatewayMetrics metrics, IOptions<GatewayOptions> options, TimeProvider time) : IHostedService
{
    private const string StoreDown = "idempotency_key: the store can't be reached; the key holds within one gateway process only.";
    private const string TooLarge = "idempotency_key: the outcome is too large to be kept; the same call will be worked out again.";
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShowInterval = TimeSpan.FromMilliseconds(500);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Caller, string Key), KeyedRun> _runs = [];
    private readonly IdempotencyOptions _options = options.Value.Idempotency;
    private readonly RetainedOutcomes _retained = new(
        options.Value.Idempotency.MaxRetainedBytes, TimeSpan.FromSeconds(options.Value.Idempotency.DetachedSeconds), time);

    /// <summary>
    /// Attaches to the key's work, beginning it where nobody has. The order's deadline bounds the work; a caller whose own is
    /// earlier leaves then, and work without readers ends a while later.
    /// </summary>
    /// <exception cref="InvalidRequestException">The key was sent with another request before.</exception>
    /// <exception cref="OverloadedException">The caller's bound or the gateway's is met.</exception>
    public RunHandle Attach(GenerationOrder order)
    {
        var name = (order.Caller.Id, order.Request.IdempotencyKey);
        var hash = RequestHash.Of(order.Request);
        lock (_lock)
        {
            if (_runs.TryGetValue(name, out var running) && !running.Stop.IsCancellationRequested && running.Run.Failure is null)
            {
                CheckHash(hash, running.RequestHash);
                running.Enter(admission, order.Caller, order.Request.Priority);
                metrics.Idempotency("attached");
                return new RunHandle(running.Run, running.Leave);
            }

            var keyed = new KeyedRun(hash, new GenerationRun(order.RequestId), TimeSpan.FromSeconds(_options.DetachedSeconds), time);
            keyed.Enter(admission, order.Caller, order.Request.Priority);
            _runs[name] = keyed;
            _ = Task.Run(() => RunAsync(name, keyed, order));
            return new RunHandle(keyed.Run, keyed.Leave);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Calls have drained; what still runs has no reader here, and gives its claim up for another gateway to take.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        KeyedRun[] left;
        lock (_lock)
        {
            left = [.. _runs.Values];
        }

        foreach (var run in left)
        {
            run.Cancel();
        }

        return Task.CompletedTask;
    }

    private async Task RunAsync((string Caller, string Key) name, KeyedRun keyed, GenerationOrder order)
    {
        var kept = true;
        try
        {
            kept = await WorkOrFollowAsync(name, keyed, order);
        }
        catch (Exception failure)
        {
            keyed.Run.Fail(failure);
        }

        keyed.End();
        if (kept || keyed.Run.Failure is not null)
        {
            Remove(name, keyed);
        }
        else
        {
            // In a method of its own: what is retained is the outcome, not the request with its pictures.
            _ = RetainAsync(name, keyed);
        }
    }

    // Nobody else keeps the outcome: it stays here as long as its caller may come back, if there is room.
    private async Task RetainAsync((string Caller, string Key) name, KeyedRun keyed)
    {
        await _retained.HoldAsync(keyed.Run.Snapshot(pictures: true).Sum(what => (long)what.CalculateSize()));
        Remove(name, keyed);
    }

    private void Remove((string Caller, string Key) name, KeyedRun keyed)
    {
        lock (_lock)
        {
            if (_runs.TryGetValue(name, out var current) && ReferenceEquals(current, keyed))
            {
                _runs.Remove(name);
            }
        }

        keyed.Dispose();
    }

    // True where the outcome is in the store.
    private async Task<bool> WorkOrFollowAsync((string Caller, string Key) name, KeyedRun keyed, GenerationOrder order)
    {
        var values = new KeyStore(store, _options, time, name.Caller, name.Key);
        try
        {
            while (true)
            {
                if (await ReplayAsync(values, keyed))
                {
                    return true;
                }

                await using var claim = await values.TryClaimAsync(keyed.Stop);
                if (claim is null)
                {
                    await FollowAsync(values, keyed);
                    continue;
                }

                // Between the look for an outcome and the claim the last owner may have finished.
                if (await ReplayAsync(values, keyed))
                {
                    return true;
                }

                var (hash, seeds) = await values.FirstAsync(keyed.RequestHash, order.Seeds, keyed.Stop);
                CheckHash(keyed.RequestHash, hash);
                metrics.Idempotency("new");
                return await WorkAsync(values, keyed, order with { Seeds = seeds });
            }
        }
        catch (StoreUnavailableException) when (!keyed.Run.IsComplete)
        {
            metrics.Idempotency("degraded");
            keyed.Run.BeginReplay();
            await worker.RunAsync(order with { Degraded = [.. order.Degraded, StoreDown] }, keyed.Run, keyed.Stop);
            return false;
        }
    }

    private async Task<bool> ReplayAsync(KeyStore values, KeyedRun keyed)
    {
        if (await values.OutcomeAsync(keyed.Stop) is not { } outcome)
        {
            return false;
        }

        CheckHash(keyed.RequestHash, outcome.RequestHash);
        metrics.Idempotency("replayed");
        Merge(keyed.Run, outcome);
        return true;
    }

    private async Task FollowAsync(KeyStore values, KeyedRun keyed)
    {
        if (await values.ShownAsync(keyed.Stop) is { } shown)
        {
            CheckHash(keyed.RequestHash, shown.RequestHash);
            Merge(keyed.Run, shown);
        }

        await Task.Delay(FollowInterval, time, keyed.Stop);
    }

    private async Task<bool> WorkAsync(KeyStore values, KeyedRun keyed, GenerationOrder order)
    {
        keyed.Run.BeginReplay();
        using var shown = new CancellationTokenSource();
        var showing = ShowAsync(values, keyed, shown.Token);
        // The outcome is stored before the last event is told: whoever has seen the end can rely on the key. What readers have from
        // a gateway that died binds the stages here.
        var inner = new GenerationRun(order.RequestId, keyed.Run.Bound);
        var relay = RelayAsync(inner, keyed, values);
        await worker.RunAsync(order, inner, keyed.Stop);
        try
        {
            return await relay;
        }
        finally
        {
            await shown.CancelAsync();
            await showing;
        }
    }

    // A failure is told when the claim has been given up: who calls again doesn't follow what has failed.
    private static async Task<bool> RelayAsync(GenerationRun inner, KeyedRun keyed, KeyStore values)
    {
        var kept = false;
        await foreach (var what in inner.ReadAsync(CancellationToken.None))
        {
            if (what.EventCase == GenerateResponse.EventOneofCase.Summary)
            {
                kept = await KeepAsync(values, new StoredRun(keyed.RequestHash, inner.Bound, inner.Snapshot(pictures: true)), what.Summary);
            }

            MadeBy(keyed.Run, inner.Bound);
            keyed.Run.Add(what);
        }

        return kept;
    }

    private static async Task<bool> KeepAsync(KeyStore values, StoredRun outcome, GenerateSummary summary)
    {
        try
        {
            if (await values.KeepAsync(outcome, CancellationToken.None))
            {
                return true;
            }

            summary.Degraded.Add(TooLarge);
        }
        catch (StoreUnavailableException)
        {
            summary.Degraded.Add(StoreDown);
        }

        return false;
    }

    private async Task ShowAsync(KeyStore values, KeyedRun keyed, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(ShowInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                var events = keyed.Run.Snapshot(pictures: false);
                await values.ShowAsync(new StoredRun(keyed.RequestHash, keyed.Run.Bound, events), cancellationToken);
            }
            catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
            {
                // Followers see less; nobody fails for it.
            }
        }
    }

    private static void Merge(GenerationRun run, StoredRun told)
    {
        run.BeginReplay();
        MadeBy(run, told.Makers);
        foreach (var what in told.Events)
        {
            run.Add(what);
        }
    }

    private static void MadeBy(GenerationRun run, IReadOnlyList<StageProvenance> makers)
    {
        foreach (var made in makers)
        {
            run.MadeBy(made.Stage, made.Provenance);
        }
    }

    private static void CheckHash(string hash, string first)
    {
        if (hash != first)
        {
            throw new InvalidRequestException("idempotency_key", "was sent with another request before; use a new key for a new request");
        }
    }
}
