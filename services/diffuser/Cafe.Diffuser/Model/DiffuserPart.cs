using System.Collections.Concurrent;
using Cafe.Diffuser.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Packs.Manifest;
using Cafe.V1;

namespace Cafe.Diffuser.Model;

/// <summary>What is served, loaded and warm.</summary>
public sealed class DiffuserPart : IDisposable
{
    private readonly ConcurrentDictionary<(SamplerKind Kind, int Steps), SamplerPlan> _plans = new();
    private readonly SchedulerConfig _scheduler;
    private readonly IDisposable? _owned;

    /// <summary>Puts it together.</summary>
    /// <param name="manifest">The pack's manifest.</param>
    /// <param name="provider">What runs the graphs: cpu or cuda.</param>
    /// <param name="engine">The model.</param>
    /// <param name="counters">What the engine did.</param>
    /// <param name="times">Step times, measured.</param>
    /// <param name="preview">Colours from latents.</param>
    /// <param name="owned">Disposed of with the part.</param>
    public DiffuserPart(
        PackManifest manifest,
        string provider,
        IDiffusionEngine engine,
        Func<EngineCounters> counters,
        ShapeTimes times,
        LatentPreview preview,
        IDisposable? owned = null)
    {
        Manifest = manifest;
        Engine = engine;
        Counters = counters;
        Times = times;
        Preview = preview;
        _owned = owned;
        _scheduler = SchedulerConfig.Parse(manifest.Diffuser.Scheduler);
        Provenance = new Provenance
        {
            PackName = manifest.Name,
            PackVersion = manifest.Version,
            PartFingerprint = manifest.Parts.Diffuser.Fingerprint,
            Provider = provider,
            Precision = manifest.Parts.Diffuser.Precision.ToString().ToLowerInvariant(),
        };
    }

    /// <summary>The pack's manifest.</summary>
    public PackManifest Manifest { get; }

    /// <summary>The manifest's section.</summary>
    public DiffuserSection Section => Manifest.Diffuser;

    /// <summary>The model.</summary>
    public IDiffusionEngine Engine { get; }

    /// <summary>What the engine did.</summary>
    public Func<EngineCounters> Counters { get; }

    /// <summary>Step times.</summary>
    public ShapeTimes Times { get; }

    /// <summary>Colours from latents.</summary>
    public LatentPreview Preview { get; }

    /// <summary>What "same seed, same picture" holds for.</summary>
    public Provenance Provenance { get; }

    /// <summary>The steps of a sampler; planned once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">So many steps don't fit the pack's schedule.</exception>
    /// <exception cref="SchedulerConfigException">The pack's schedule can't be sampled so.</exception>
    public SamplerPlan PlanFor(SamplerKind kind, int steps) =>
        _plans.GetOrAdd((kind, steps), static (key, config) => SamplerPlan.Create(key.Kind, config, key.Steps), _scheduler);

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();
}
