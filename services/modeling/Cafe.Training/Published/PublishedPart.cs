using Cafe.Modeling.Architectures;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Language;

namespace Cafe.Training.Published;

/// <summary>A published model that a plan builds on and does not train.</summary>
/// <param name="Folder">Relative to the work folder: config.json and weights, as published.</param>
/// <param name="Architecture">What it is.</param>
/// <param name="Source">Under which name it is published, for whoever has to fetch it.</param>
public sealed record PublishedPart(string Folder, PublishedArchitecture Architecture, string Source)
{
    /// <summary>Its configuration at a preset's size.</summary>
    public ModelConfig ConfigOf(ModelConfigs configs) => Architecture switch
    {
        PublishedArchitecture.Dinov2 => configs.Dinov2,
        PublishedArchitecture.Clip => configs.Clip,
        PublishedArchitecture.Llama => configs.Llama,
        PublishedArchitecture.Unet => configs.Unet,
        PublishedArchitecture.Autoencoder => configs.Vae,
        _ => throw new InvalidOperationException($"Unknown architecture {Architecture}."),
    };

    /// <summary>Its weights, none of them trained.</summary>
    /// <param name="config">As published, or a preset's.</param>
    public IReadOnlyList<ParameterSpec> Specs(ModelConfig config)
    {
        switch (Architecture)
        {
            case PublishedArchitecture.Dinov2:
                var dinov2 = Dinov2Config.From(config);
                return Frozen(Dinov2.Build(dinov2, dinov2.ImageSize, dinov2.ImageSize));
            case PublishedArchitecture.Clip:
                return Frozen(Clip.BuildVision(ClipConfig.From(config)), Clip.BuildText(ClipConfig.From(config)));
            case PublishedArchitecture.Llama:
                var llama = LlamaConfig.From(config);
                return LanguageModelTask.Specs(llama, Llama.Plain(llama), trainable: false);
            case PublishedArchitecture.Unet:
                // As published: one cross-attention, over text of this width.
                var width = config.Int("cross_attention_dim", 1024);
                return [.. Frozen(UNet.BuildWhole(UNetConfig.From(config, width, width))).Where(spec => !spec.Name.Contains("_subject", StringComparison.Ordinal))];
            case PublishedArchitecture.Autoencoder:
                var autoencoder = AutoencoderKlConfig.From(config);
                return Frozen(AutoencoderKl.BuildEncoder(autoencoder), AutoencoderKl.BuildDecoder(autoencoder));
            default:
                throw new InvalidOperationException($"Unknown architecture {Architecture}.");
        }
    }

    private static IReadOnlyList<ParameterSpec> Frozen(params IReadOnlyList<Modeling.Graphs.Graph> graphs) => ParameterSpec.Of(graphs, _ => false);
}
