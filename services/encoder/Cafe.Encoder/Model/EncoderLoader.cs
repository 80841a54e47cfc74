using System.ComponentModel.DataAnnotations;
using Cafe.Embeddings.Writing;
using Cafe.Encoder.Scheduling;
using Cafe.Inference.Encoding;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.ServiceDefaults.Health;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Encoder.Model;

/// <summary>
/// Loads the pack, warms the towers up and only then says ready. A pack that can't be served leaves the process up, never
/// ready, with one line that says why: the pods that serve the old pack go on.
/// </summary>
internal sealed class EncoderLoader(
    IEncoderPartSource source,
    EncoderState state,
    EncodeScheduler scheduler,
    CostEstimate cost,
    Readiness readiness,
    TimeProvider time,
    IOptions<EncoderSettings> settings,
    ILogger<EncoderLoader> logger) : BackgroundService
{
    private EncoderPart? _part;

    public override void Dispose()
    {
        base.Dispose();
        _part?.Model.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Load(stoppingToken), CancellationToken.None);

    private void Load(CancellationToken stopping)
    {
        try
        {
            readiness.Starting("loading the pack");
            var started = time.GetTimestamp();
            _part = source.Load();
            readiness.Starting("warming up");
            var picture = 0.0;
            foreach (var tower in Towers(_part.Section))
            {
                stopping.ThrowIfCancellationRequested();
                var seconds = WarmUp(_part.Model, tower);
                scheduler.Measured(tower, seconds);
                picture = tower == EncoderTower.Text ? picture : Math.Max(picture, seconds[1]);
            }

            // Budgets of the cache's reads follow from what they save, from the first request on.
            cost.Reset(TimeSpan.FromSeconds(picture));

            state.Set(_part);
            Log.Loaded(logger, _part.Provenance.PackName, _part.Provenance.PackVersion, _part.Fingerprint, time.GetElapsedTime(started).TotalSeconds);
            readiness.Ready();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // going down before it was up
        }
        catch (Exception e) when (e is PackException or ExecutionProviderException or GraphLoadException or OnnxRuntimeException or IOException or UnauthorizedAccessException
            or InvalidDataException or FormatException or ValidationException or System.Text.Json.JsonException or TypeInitializationException or DllNotFoundException)
        {
            readiness.Broken(OneLine(e.Message));
        }
        catch (Exception e)
        {
            Log.LoadFailed(logger, e);
            readiness.Broken(OneLine($"{e.GetType().Name}: {e.Message}"), restartHelps: true);
        }
    }

    /// <summary>Seconds of a call by rows: the first call of each size pays for allocations, the second is measured.</summary>
    private Dictionary<int, double> WarmUp(IEncoderModel model, EncoderTower tower)
    {
        var seconds = new Dictionary<int, double>();
        foreach (var rows in new[] { 1, settings.Value.MaxBatch }.Distinct())
        {
            for (var pass = 0; pass < 2; pass++)
            {
                var started = time.GetTimestamp();
                var result = tower == EncoderTower.Text
                    ? model.EncodeTexts([.. Enumerable.Repeat(model.Tokenize("a photo"), rows)])
                    : model.EncodePictures(tower, [.. Enumerable.Repeat(new GreyRow(), rows)]);
                seconds[rows] = Math.Max(time.GetElapsedTime(started).TotalSeconds, 1e-6);
                if (Array.Exists(result, row => Array.Exists(row, value => !float.IsFinite(value))))
                {
                    throw new PackException($"The {tower} tower gives values that aren't finite for a plain input.");
                }
            }
        }

        return seconds;
    }

    private static IEnumerable<EncoderTower> Towers(EncoderSection section) =>
        section.Text is null ? [EncoderTower.Subject, EncoderTower.Image] : [EncoderTower.Subject, EncoderTower.Image, EncoderTower.Text];

    private static string OneLine(string message) => string.Join("; ", message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private sealed class GreyRow : IPixelRow
    {
        public void Write(Span<float> chw) => chw.Clear();
    }
}
