using Cafe.Inference.Diffusion;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Architectures;
using Cafe.Packs.Manifest;
using Microsoft.Extensions.Options;

namespace Cafe.Diffuser.Model;

/// <summary>Loads the diffuser of the configured pack.</summary>
internal sealed class PackDiffuserPartSource(
    IOptions<PackSettings> pack, IOptions<DiffuserSettings> settings, TimeProvider time, ILogger<PackDiffuserPartSource> logger) : IDiffuserPartSource
{
    public DiffuserPart Load(CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var folder = PackFolder.Open(pack.Value.Path);
        var manifest = folder.Manifest;
        Log.Loading(logger, manifest.Name, manifest.Version, manifest.Parts.Diffuser.Precision.ToString());
        if (manifest.Diffuser.Conditioning.Kind != "cafe")
        {
            throw new PackException($"The pack's conditioning is '{manifest.Diffuser.Conditioning.Kind}'; this diffuser serves 'cafe'.");
        }

        var sessions = settings.Value.Sessions;
        var owned = new Owned();
        try
        {
            var factory = new SessionFactory(sessions);
            owned.Model = DiffusionModel.Open(folder, factory);
            cancellation.ThrowIfCancellationRequested();

            // On the CPU host and device are one memory: there is no copy to save.
            owned.LatentGraphs = sessions.Provider == ExecutionProvider.Cpu ? null : LatentGraphs.Open(factory, manifest.Diffuser);
            var engine = owned.Engine = new DenoisingEngine(owned.Model, sessions, settings.Value.MaxRows, owned.LatentGraphs);
            var warmUp = new WarmUp(engine, manifest.Diffuser, time);
            var times = warmUp.Measure(settings.Value.WarmUpSeconds, cancellation);
            var provider = sessions.Provider == ExecutionProvider.Cpu ? "cpu" : "cuda";
            var part = new DiffuserPart(manifest, provider, engine, () => engine.Counters, times, warmUp.FitPreview(), owned);
            var shape = new Scheduling.Shape(manifest.Diffuser.Size.DefaultWidth, manifest.Diffuser.Size.DefaultHeight);
            var table = string.Join(", ", new[] { 1, 2, 4, 8 }.Select(rows => FormattableString.Invariant($"{rows}: {times.Steps(shape)[rows]:0.000}")));
            Log.Loaded(logger, manifest.Name, manifest.Version, part.Provenance.PartFingerprint[..12], time.GetElapsedTime(begun).TotalSeconds, table, times.DecodeSeconds(shape));
            return part;
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    private sealed class Owned : IDisposable
    {
        public DiffusionModel? Model { get; set; }

        public LatentSessions? LatentGraphs { get; set; }

        public DenoisingEngine? Engine { get; set; }

        public void Dispose()
        {
            Engine?.Dispose();
            LatentGraphs?.Dispose();
            Model?.Dispose();
        }
    }
}
