using System.Security.Cryptography;
using Cafe.Embeddings;
using Cafe.Embeddings.Values;
using Cafe.Embeddings.Writing;
using Cafe.Encoder.Model;
using Cafe.Encoder.Scheduling;
using Cafe.Encoder.Telemetry;
using Cafe.Inference.Encoding;
using Cafe.Packs.Manifest;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Encoder.Pictures;

/// <summary>
/// From a picture's file to its embeddings: the file's hash is looked up first, so a known picture isn't decoded, nor is
/// one that the scheduler would refuse; a decoded picture's pixels name its embeddings; what nobody has encoded yet goes to
/// the scheduler, once, however many ask for it.
/// </summary>
internal sealed class PictureEncoder(
    EncoderState state,
    EmbeddingCache cache,
    PictureDecoding decoding,
    HeldBytes held,
    EncodeScheduler scheduler,
    EncoderMetrics metrics,
    CostEstimate cost,
    TimeProvider time,
    ILogger<PictureEncoder> logger)
{
    private readonly SharedUrgencies _urgencies = new();
    private readonly Flights<(string RawDigest, EmbeddingKind Kinds), Dictionary<EmbeddingKind, PreparedPicture>> _preparations = new();

    private EmbeddingWriter Writer => field ??= new EmbeddingWriter(cache, cost, time);

    /// <summary>What encoding a picture takes lately.</summary>
    public TimeSpan Cost => cost.Mean;

    /// <summary>Embeddings that callers wait for, one for each caller: for tests.</summary>
    public int Awaited => _urgencies.Callers;

    /// <summary>Flights under way, for tests of leaks.</summary>
    public int Running => Writer.Running + _preparations.Count;

    /// <summary>Encodes a picture.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="cancellation">The caller's; ends with its deadline.</param>
    public async Task<(IReadOnlyList<EncodedPicture> Embeddings, PictureTimings Timings)> Encode(PictureJob job, CancellationToken cancellation)
    {
        decoding.Check(job.Bytes);
        using var holding = held.Hold(job.Bytes.Length);
        var part = state.Part;
        var timings = new PictureTimings();
        var raw = Convert.ToHexStringLower(SHA256.HashData(job.Bytes.Span));
        // One embedding's failure ends the call, so the others must not go on for nobody.
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var tasks = job.Kinds.Select(kind => EncodeKind(part, job, kind, raw, timings, together)).ToArray();
        return (await Task.WhenAll(tasks), timings); // tells a failure before the cancellations that follow from it
    }

    private async Task<EncodedPicture> EncodeKind(
        EncoderPart part, PictureJob job, EmbeddingKind kind, string raw, PictureTimings timings, CancellationTokenSource together)
    {
        try
        {
            var aliasKey = EmbeddingKey.AliasKey(part.Fingerprint, kind, raw);
            var alias = job.BypassCache ? null : (await cache.FindAlias(aliasKey, Writer.Budget, together.Token)).Value;
            if (alias is not null)
            {
                try
                {
                    return Served(kind, await Obtain(part, job, kind, raw, alias.Digest, null, timings, together.Token), alias.SubjectCentred);
                }
                catch (WrongAliasException)
                {
                    Log.AliasWrong(logger, job.RequestId);
                }
            }

            var prepared = await Prepare(part, job, kind, raw, timings, together.Token);
            var result = await Obtain(part, job, kind, raw, prepared.Digest, prepared, timings, together.Token);
            if (result.Cached)
            {
                await cache.SetAlias(aliasKey, new PictureAlias(prepared.Digest, prepared.SubjectCentred), together.Token);
            }

            return Served(kind, result, prepared.SubjectCentred);
        }
        catch
        {
            await together.CancelAsync();
            throw;
        }
    }

    private EncodedPicture Served(EmbeddingKind kind, EncodedResult result, bool centred)
    {
        metrics.Served(kind, result.Outcome);
        return new EncodedPicture(kind, result, centred);
    }

    /// <summary>The embedding of known pixels; they are prepared only if it has to be encoded.</summary>
    private async Task<EncodedResult> Obtain(
        EncoderPart part, PictureJob job, EmbeddingKind kind, string raw, string digest, PreparedPicture? prepared, PictureTimings timings, CancellationToken cancellation)
    {
        var key = new EmbeddingKey(part.Fingerprint, kind, digest);
        var urgency = _urgencies.Join(key, job.WorkClass);
        try
        {
            return await Writer.GetOrEncode(
                key,
                job.ReturnValues,
                job.BypassCache,
                async token =>
                {
                    var picture = prepared ?? await Prepare(part, job, kind, raw, timings, token);
                    return picture.Digest == digest
                        ? await Run(part, job, kind, picture, urgency, timings, token)
                        : throw new WrongAliasException();
                },
                cancellation);
        }
        finally
        {
            _urgencies.Leave(key);
        }
    }

    private async Task<PreparedPicture> Prepare(
        EncoderPart part, PictureJob job, EmbeddingKind kind, string raw, PictureTimings timings, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        // A call for both kinds decodes once for both; the key says which are made.
        var kinds = job.Kinds.Count > 1 ? job.Kinds.ToArray() : [kind];
        var (prepared, _) = await _preparations.Run(
            (raw, kinds.Length > 1 ? EmbeddingKind.Unspecified : kind),
            async token =>
            {
                scheduler.ThrowIfFull(job.Tenant, job.WorkClass);
                var pictures = await decoding.Prepare(job.Bytes, [.. kinds.Select(each => Tower(part.Section, each).Preprocess)], token);
                return kinds.Zip(pictures).ToDictionary(pair => pair.First, pair => pair.Second);
            },
            cancellation);
        timings.Decoded(time.GetElapsedTime(started).TotalSeconds);
        return prepared[kind];
    }

    private async Task<EmbeddingValue> Run(
        EncoderPart part, PictureJob job, EmbeddingKind kind, PreparedPicture picture, SharedUrgency urgency, PictureTimings timings, CancellationToken cancellation)
    {
        var (tower, spec) = (TowerOf(kind), Tower(part.Section, kind));
        var output = await scheduler.Encode(tower, picture, job.Tenant, urgency, job.RequestId, cancellation);
        timings.Encoded(output.QueueSeconds, output.EncodeSeconds);
        cost.Add(TimeSpan.FromSeconds(output.EncodeSeconds));
        try
        {
            int[] shape = kind == EmbeddingKind.Subject ? [spec.Tokens, spec.Width] : [spec.Width];
            return EmbeddingValue.Round(shape, output.Rows[0]);
        }
        catch (ArithmeticException e)
        {
            throw new ModelFailureException($"The {kind} embedding of this picture is not usable: it isn't finite.", e);
        }
    }

    private static EncoderTower TowerOf(EmbeddingKind kind) => kind switch
    {
        EmbeddingKind.Subject => EncoderTower.Subject,
        EmbeddingKind.Image => EncoderTower.Image,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind that pictures have."),
    };

    private static ImageEncoder Tower(EncoderSection section, EmbeddingKind kind) => TowerOf(kind) == EncoderTower.Subject ? section.Subject : section.Image;

    /// <summary>An alias in the cache led to pixels that the picture doesn't become: damaged, or written by other code.</summary>
    private sealed class WrongAliasException : Exception;
}
