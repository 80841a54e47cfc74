using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>Packs of random weights: of the paper's sizes to measure machines with, tiny ones for tests.</summary>
public static class SynthPack
{
    /// <summary>Builds a preset's pack into a folder that doesn't exist yet, or is empty.</summary>
    /// <param name="seed">The same seed gives the same pack, byte for byte.</param>
    public static PackManifest Build(
        string folder,
        ModelPreset preset,
        ulong seed = 0,
        PackBuildOptions? options = null,
        Action<BuildProgress>? progress = null,
        CancellationToken cancellation = default) =>
        Build(folder, ModelConfigs.For(preset), Identity($"synthetic-{preset.ToString().ToLowerInvariant()}", preset), seed, options, progress, cancellation);

    /// <summary>The same from any configurations.</summary>
    public static PackManifest Build(
        string folder,
        ModelConfigs configs,
        PackIdentity identity,
        ulong seed = 0,
        PackBuildOptions? options = null,
        Action<BuildProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new PackBuildOptions();
        var type = options.Precision == PackPrecision.Fp32 ? TensorType.Float32 : TensorType.Float16;
        using var sources = SyntheticSources.Create(configs, identity, seed, type);
        return PackBuilder.Build(sources, options, folder, progress, cancellation);
    }

    /// <summary>What a build would write, for sizing machines and disks without writing anything.</summary>
    public static IReadOnlyList<PlannedItem> Plan(ModelConfigs configs, PackIdentity identity, PackBuildOptions options)
    {
        using var sources = SyntheticSources.Create(configs, identity, 0);
        return PackBuilder.Plan(sources, options);
    }

    /// <summary>What a pack of random weights says of itself; the tiny one keeps to few tokens and steps.</summary>
    public static PackIdentity Identity(string name, ModelPreset preset)
    {
        var identity = new PackIdentity { Name = name, Trained = false, Description = "Random weights: for tests and for sizing machines. Its pictures and replies mean nothing." };
        return preset != ModelPreset.Tiny ? identity : identity with
        {
            SystemPrompt = "You help people draw.",
            MaxReplyTokens = 32,
            Sampling = identity.Sampling with { Steps = 8, GuidanceScale = 3, SemanticScale = 3, SubjectScale = 3 },
        };
    }
}
