using Cafe.Inference.Samplers;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;

namespace Cafe.Modeling.Building;

/// <summary>What can be known of a pack before a byte of it is written: that its parts fit each other, that its small files are read by what will serve them, and that its manifest is one.</summary>
internal static class PackChecks
{
    // The reference's coordinates, x and y, beside the latents (docs/pack-format.md).
    private const int CoordinateChannels = 2;
    private static readonly string NoHash = new('0', 64);

    /// <exception cref="CheckpointException">Parts that don't fit each other.</exception>
    /// <exception cref="PackException">A file that no service would read.</exception>
    public static void Sources(PackSources sources)
    {
        Agreement(sources);
        Tokenizer(sources);
        ClipTokenizer(sources);
        Scheduler(sources.Scheduler, sources.Identity.Sampling);
    }

    /// <summary>Holds the manifest that a build would end with to its rules; hashes, which are not known yet, are made up.</summary>
    /// <exception cref="PackException">A field breaks a rule.</exception>
    public static void Manifest(PackSources sources, PackBuildOptions options, PackPlan plan) =>
        ManifestValidator.Validate(PackManifests.Create(sources, options, plan, new PackParts
        {
            Encoder = Part(plan.Encoder, options),
            Assistant = Part(plan.Assistant, options),
            Diffuser = Part(plan.Diffuser, options),
        }));

    /// <summary>What the schedule is sampled by where a request names no sampler.</summary>
    /// <exception cref="PackException">The sampler doesn't support a value of scheduler_config.json, or has not that many steps; the field is named.</exception>
    private static void Scheduler(System.Text.Json.JsonElement config, SamplingDefaults defaults)
    {
        try
        {
            SamplerPlan.Create(SamplerNames.Parse(defaults.Sampler), SchedulerConfig.Parse(config), defaults.Steps);
        }
        catch (SchedulerConfigException e)
        {
            throw new PackException($"scheduler_config.json can't be sampled by {defaults.Sampler}: {e.Message}", e);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new PackException($"diffuser.defaults.steps {defaults.Steps} don't fit scheduler_config.json: {e.Message}", e);
        }
    }

    private static PackPart Part(IReadOnlyList<PackItem> items, PackBuildOptions options) => new()
    {
        Fingerprint = "",
        Precision = options.Precision,
        Files = [.. items.SelectMany(item => item.Files.Select(path => new PackFile(path, item.Bytes, NoHash)))],
    };

    private static void Agreement(PackSources sources)
    {
        Equal(sources.Unet.SubjectWidth, sources.Subject.HiddenSize, "The UNet's subject keys take a width of", "the subject encoder gives");
        Equal(sources.Unet.SemanticWidth, sources.Clip.ProjectionDim, "The UNet's semantic keys take a width of", "CLIP's projection gives");
        Equal(sources.Unet.OutChannels, sources.Vae.LatentChannels, "The UNet's 'out_channels' is", "the autoencoder's 'latent_channels'");
        var more = sources.Unet.InChannels - sources.Vae.LatentChannels;
        if (more is not (0 or CoordinateChannels))
        {
            throw new CheckpointException(
                $"The UNet's 'in_channels' is {sources.Unet.InChannels}, but should be the autoencoder's 'latent_channels' {sources.Vae.LatentChannels}, or {sources.Vae.LatentChannels + CoordinateChannels} with coordinates.");
        }

        static void Equal(int one, int other, string what, string against)
        {
            if (one != other)
            {
                throw new CheckpointException($"{what} {one}, but {against} {other}.");
            }
        }
    }

    private static void Tokenizer(PackSources sources)
    {
        try
        {
            var pieces = SentencePieceModel.Parse(sources.Tokenizer).Count;
            if (pieces > sources.Llama.VocabSize)
            {
                throw new PackException($"tokenizer.model has {pieces} pieces, more than the language model's 'vocab_size' {sources.Llama.VocabSize}.");
            }
        }
        catch (InvalidDataException e)
        {
            throw new PackException($"tokenizer.model: {e.Message}", e);
        }
    }

    private static void ClipTokenizer(PackSources sources)
    {
        if (sources.ClipTokenizer is not { } files)
        {
            return;
        }

        try
        {
            var highest = Cafe.Packs.Tokenizers.ClipTokenizer.Parse(files.Vocab, files.Merges).HighestId;
            if (highest >= sources.Clip.VocabSize)
            {
                throw new PackException($"vocab.json has the id {highest}, past CLIP's 'vocab_size' {sources.Clip.VocabSize}.");
            }
        }
        catch (InvalidDataException e)
        {
            throw new PackException($"CLIP's tokenizer: {e.Message}", e);
        }
    }
}
