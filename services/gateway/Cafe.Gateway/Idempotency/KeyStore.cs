using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Requests;
using Cafe.Gateway.Storage;

namespace Cafe.Gateway.Idempotency;

/// <summary>
/// One key's values in the store: the request's hash and seeds, the claim of the gateway that works, what it shows of the work,
/// and the outcome.
/// </summary>
internal sealed class KeyStore(IGatewayStore store, IdempotencyOptions options, TimeProvider time, string caller, string key)
{
    private readonly string _name = $"idem:{{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{key}")))}}}";

    private TimeSpan Expiry => TimeSpan.FromSeconds(options.ExpiresAfterSeconds);

    public async Task<StoredRun?> OutcomeAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(_name + ":outcome", cancellationToken) is { } bytes ? StoredRun.Parse(bytes) : null;

    public async Task<StoredRun?> ShownAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(_name + ":shown", cancellationToken) is { } bytes ? StoredRun.Parse(bytes) : null;

    public Task<StoreLease?> TryClaimAsync(CancellationToken cancellationToken) =>
        StoreLease.TryTakeAsync(store, _name + ":owner", TimeSpan.FromSeconds(options.LeaseSeconds), time, cancellationToken);

    public Task ShowAsync(StoredRun run, CancellationToken cancellationToken) =>
        store.SetAsync(_name + ":shown", run.ToBytes(), TimeSpan.FromSeconds(Math.Max(options.LeaseSeconds * 4, 10)), cancellationToken);

    /// <summary>Keeps an outcome; false where it is too large to.</summary>
    public async Task<bool> KeepAsync(StoredRun run, CancellationToken cancellationToken)
    {
        var bytes = run.ToBytes();
        if (bytes.Length > options.MaxOutcomeBytes)
        {
            return false;
        }

        await store.SetAsync(_name + ":outcome", bytes, Expiry, cancellationToken);
        await store.DeleteAsync(_name + ":shown", cancellationToken);
        return true;
    }

    /// <summary>
    /// The hash and the seeds that the key was first sent with: whoever takes the work over draws the same pictures and writes
    /// the same reply.
    /// </summary>
    public async Task<(string RequestHash, GenerationSeeds Seeds)> FirstAsync(string requestHash, GenerationSeeds seeds, CancellationToken cancellationToken)
    {
        var mine = new byte[16 + requestHash.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(mine, seeds.Picture);
        BinaryPrimitives.WriteUInt64LittleEndian(mine.AsSpan(8), seeds.Text);
        Encoding.ASCII.GetBytes(requestHash, mine.AsSpan(16));
        if (await store.SetIfAbsentAsync(_name + ":first", mine, Expiry, cancellationToken) ||
            await store.GetAsync(_name + ":first", cancellationToken) is not { } first)
        {
            return (requestHash, seeds);
        }

        return (
            Encoding.ASCII.GetString(first, 16, first.Length - 16),
            new GenerationSeeds(BinaryPrimitives.ReadUInt64LittleEndian(first), BinaryPrimitives.ReadUInt64LittleEndian(first.AsSpan(8))));
    }
}
