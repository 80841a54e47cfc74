using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>The sources of a pack of random weights: configurations are real, everything else is made up.</summary>
public static class SyntheticSources
{
    private const string License = "Random weights and a tokenizer made by rule: no one's work is in them. Published with Cafe, under its licence.\n";

    /// <param name="seed">The same seed and configurations give the same pack.</param>
    /// <param name="type">Element type of the random checkpoints: float16 where they are to be stored so.</param>
    public static PackSources Create(ModelConfigs configs, PackIdentity identity, ulong seed, TensorType type = TensorType.Float32)
    {
        var dinov2 = Dinov2Config.From(configs.Dinov2);
        var clip = ClipConfig.From(configs.Clip);
        var llama = LlamaConfig.From(configs.Llama);
        var vae = AutoencoderKlConfig.From(configs.Vae);
        var unet = UNetConfig.From(configs.Unet, clip.ProjectionDim, dinov2.HiddenSize);
        return new PackSources
        {
            Identity = identity,
            Subject = dinov2,
            SubjectWeights = SyntheticWeights.For("dinov2", [Dinov2.Build(dinov2, dinov2.ImageSize, dinov2.ImageSize)], seed, type),
            SubjectPreprocess = configs.SubjectPreprocess,
            Clip = clip,
            ClipWeights = SyntheticWeights.For("clip", [Clip.BuildVision(clip), Clip.BuildText(clip)], seed, type),
            ClipPreprocess = PublishedPreprocess.Clip(clip.ImageSize),
            ClipTokenizer = SyntheticClipTokenizer.Create(clip.VocabSize),
            Llama = llama,
            LlamaWeights = LlamaCheckpoint(llama, seed, type),
            Tokenizer = SyntheticSentencePiece.Create(llama.VocabSize),
            BosTokenId = SyntheticSentencePiece.BosId,
            EosTokenIds = [SyntheticSentencePiece.EosId],
            Unet = unet,
            UnetWeights = SyntheticWeights.For("unet", [UNet.BuildWhole(unet)], seed, type),
            SampleSize = configs.Unet.Int("sample_size", 64),
            Vae = vae,
            VaeWeights = SyntheticWeights.For("vae", [AutoencoderKl.BuildEncoder(vae), AutoencoderKl.BuildDecoder(vae)], seed, type),
            Scheduler = configs.Scheduler.Json,
            Cafe = SyntheticWeights.For(
                "cafe",
                [CafeAssistant.VisionProjection(dinov2.HiddenSize, llama.HiddenSize), CafeAssistant.SemanticHead(llama.HiddenSize, clip.ProjectionDim)],
                seed,
                type,
                (CafeAssistant.ImageToken, [llama.HiddenSize])),
            Licenses = new Dictionary<string, string> { ["synthetic.txt"] = License },
            Samples = new Dictionary<string, byte[]> { ["subject.png"] = SampleSubject.Png() },
        };
    }

    /// <summary>A Llama checkpoint of random weights, as published: with its embedding table.</summary>
    public static Checkpoint LlamaCheckpoint(LlamaConfig config, ulong seed, TensorType type) =>
        SyntheticWeights.For("llama", [Llama.Plain(config)], seed, type, (Llama.EmbedTokens, [config.VocabSize, config.HiddenSize]));
}
