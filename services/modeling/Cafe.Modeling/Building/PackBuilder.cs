using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>Builds packs. Weights stream from their sources into the graphs' data files: memory doesn't grow with the model.</summary>
public static class PackBuilder
{
    /// <summary>Builds a pack into a folder that doesn't exist yet, or is empty.</summary>
    /// <param name="progress">Called on the building thread, after about every megabyte.</param>
    /// <exception cref="CheckpointException">Weights don't fit their configuration, or the parts each other.</exception>
    /// <exception cref="PackException">The pack could not be served: a field of its manifest, its schedule or a tokenizer.</exception>
    /// <exception cref="IOException">The folder exists and isn't empty, or there is no room.</exception>
    public static PackManifest Build(PackSources sources, PackBuildOptions options, string folder, Action<BuildProgress>? progress = null, CancellationToken cancellation = default)
    {
        var plan = Checked(sources, options);
        using var staging = new StagingFolder(folder);
        var report = new Reporter(2 * plan.All.Sum(item => item.Bytes), progress);
        foreach (var item in plan.All)
        {
            cancellation.ThrowIfCancellationRequested();
            report.Begin($"write {item.Path}");
            var path = Path.Combine(staging.Path, item.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            item.Write(path, report.Advance, cancellation);
        }

        var precision = options.Precision == PackPrecision.Int4 ? PackPrecision.Fp16 : options.Precision;
        var parts = new PackParts
        {
            Encoder = Describe(staging.Path, plan.Encoder, precision, report, cancellation),
            Assistant = Describe(staging.Path, plan.Assistant, options.Precision, report, cancellation),
            Diffuser = Describe(staging.Path, plan.Diffuser, precision, report, cancellation),
        };
        var manifest = PackManifests.Create(sources, options, plan, parts);
        ManifestWriter.WriteFolder(staging.Path, manifest);
        staging.Commit();
        report.Finish();
        return manifest;
    }

    /// <summary>What <see cref="Build"/> would write, without writing it: everything that can be checked before is.</summary>
    /// <exception cref="CheckpointException">Weights don't fit their configuration, or the parts each other.</exception>
    /// <exception cref="PackException">The pack could not be served: a field of its manifest, its schedule or a tokenizer.</exception>
    public static IReadOnlyList<PlannedItem> Plan(PackSources sources, PackBuildOptions options) =>
        [.. Checked(sources, options).All.Select(item => new PlannedItem(item.Path, item.Parameters, item.Bytes))];

    private static PackPlan Checked(PackSources sources, PackBuildOptions options)
    {
        PackChecks.Sources(sources);
        var plan = new PackPlan(sources, options);
        PackChecks.Manifest(sources, options, plan);
        return plan;
    }

    private static PackPart Describe(string root, IReadOnlyList<PackItem> items, PackPrecision precision, Reporter report, CancellationToken cancellation)
    {
        var files = new List<PackFile>();
        foreach (var path in items.SelectMany(item => item.Files))
        {
            report.Begin($"hash {path}");
            files.Add(PackHash.Describe(root, path, report.Advance, cancellation));

            // The bytes are on the disk before the folder takes its name.
            using var handle = File.OpenHandle(Path.Combine(root, path), FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        return new PackPart { Fingerprint = "", Precision = precision, Files = files };
    }

    private sealed class Reporter(long total, Action<BuildProgress>? progress)
    {
        private string step = "";
        private long done;

        public void Begin(string name)
        {
            step = name;
            Advance(0);
        }

        public void Advance(long bytes)
        {
            // Files are a little longer than their tensors: the rest of the graph, and gaps that align.
            done = Math.Min(done + bytes, total);
            progress?.Invoke(new BuildProgress(step, done, total));
        }

        public void Finish()
        {
            done = total;
            Begin("done");
        }
    }
}
