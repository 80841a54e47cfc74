using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>The manifest of a pack that is built from sources.</summary>
internal static class PackManifests
{
    /// <summary>h is one token.</summary>
    public const int SemanticTokens = 1;

    /// <summary>Patches and the class token of the subject, at the size that it is served at.</summary>
    public static int SubjectTokens(PackSources sources) =>
        1 + (sources.SubjectPreprocess.CropHeight / sources.Subject.PatchSize * (sources.SubjectPreprocess.CropWidth / sources.Subject.PatchSize));

    public static PackManifest Create(PackSources sources, PackBuildOptions options, PackPlan plan, PackParts parts)
    {
        var identity = sources.Identity;
        return ManifestWriter.WithFingerprints(new PackManifest
        {
            Name = identity.Name,
            Version = identity.Version,
            Trained = identity.Trained,
            Description = identity.Description,
            Target = options.Target,
            Parts = parts,
            Encoder = Encoder(sources),
            Assistant = Assistant(sources, plan),
            Diffuser = Diffuser(sources),
        });
    }

    private static EncoderSection Encoder(PackSources sources) => new()
    {
        Subject = new ImageEncoder
        {
            Graph = PackPaths.Subject,
            Kind = "dinov2_patches",
            Tokens = SubjectTokens(sources),
            Width = sources.Subject.HiddenSize,
            Preprocess = sources.SubjectPreprocess,
        },
        Image = new ImageEncoder
        {
            Graph = PackPaths.Image,
            Kind = "clip_image",
            Tokens = 1,
            Width = sources.Clip.ProjectionDim,
            Preprocess = sources.ClipPreprocess,
        },
        Text = sources.ClipTokenizer is null ? null : new TextEncoder
        {
            Graph = PackPaths.Text,
            Kind = "clip_text",
            Width = sources.Clip.ProjectionDim,
            Positions = sources.Clip.MaxPositionEmbeddings,
            Vocab = PackPaths.Vocab,
            Merges = PackPaths.Merges,
        },
    };

    private static AssistantSection Assistant(PackSources sources, PackPlan plan)
    {
        var (llama, identity) = (sources.Llama, sources.Identity);
        return new AssistantSection
        {
            Graph = PackPaths.Decoder,
            Architecture = "llama",
            HiddenSize = llama.HiddenSize,
            NumHiddenLayers = llama.NumHiddenLayers,
            NumAttentionHeads = llama.NumAttentionHeads,
            NumKeyValueHeads = llama.NumKeyValueHeads,
            HeadDim = llama.HeadDim,
            VocabSize = llama.VocabSize,
            MaxPositions = llama.MaxPositionEmbeddings,
            CacheDtype = ElementType(plan.CacheType),
            EmbedTokens = new RawRows { Path = PackPaths.EmbedTokens, Dtype = ElementType(plan.EmbedType), Shape = [llama.VocabSize, llama.HiddenSize] },
            ImageToken = new RawRows { Path = PackPaths.ImageToken, Dtype = PackElementType.Float32, Shape = [llama.HiddenSize] },
            VisionProjection = PackPaths.VisionProjection,
            SemanticHead = PackPaths.SemanticHead,
            SemanticWidth = sources.Clip.ProjectionDim,
            ImageTokenPosition = identity.ImageTokenPosition,
            Tokenizer = new PackTokenizer { Kind = "sentencepiece", Path = PackPaths.Tokenizer, BosTokenId = sources.BosTokenId, EosTokenIds = sources.EosTokenIds },
            ChatTemplate = identity.ChatTemplate,
            SystemPrompt = identity.SystemPrompt,
            MaxReplyTokens = Math.Min(identity.MaxReplyTokens, llama.MaxPositionEmbeddings),
            Temperature = identity.Temperature,
            TopP = identity.TopP,
            CopyBias = identity.CopyBias,
            Naming = identity.Naming,
        };
    }

    private static DiffuserSection Diffuser(PackSources sources)
    {
        var vae = sources.Vae;
        var size = sources.SampleSize * vae.Downscale;
        var multiple = vae.Downscale << (sources.Unet.BlockOutChannels.Count - 1);
        return new DiffuserSection
        {
            Conditioning = new Conditioning
            {
                Kind = "cafe",
                Semantic = Tokens(sources, SemanticTokens, sources.Unet.SemanticWidth, CafeWeights.NullSemantic, PackPaths.NullSemantic),
                Subject = Tokens(sources, SubjectTokens(sources), sources.Unet.SubjectWidth, CafeWeights.NullSubject, PackPaths.NullSubject),
                NormalizeSemantic = sources.NormalizeSemantic,
            },
            Unet = PackPaths.Unet,
            Conditioner = PackPaths.Conditioner,
            VaeDecoder = PackPaths.VaeDecoder,
            VaeEncoder = PackPaths.VaeEncoder,
            LatentChannels = vae.LatentChannels,
            Downscale = vae.Downscale,
            ScalingFactor = Math.Round((double)vae.ScalingFactor, 7),
            CoordinateChannels = sources.Unet.InChannels - vae.LatentChannels,
            Size = new SizeLimits { DefaultWidth = size, DefaultHeight = size, Min = Math.Max(multiple, size / 2 / multiple * multiple), Max = 2 * size, MultipleOf = multiple },
            Scheduler = sources.Scheduler,
            Defaults = sources.Identity.Sampling,
        };
    }

    private static ConditionTokens Tokens(PackSources sources, int tokens, int width, string name, string path) =>
        new() { Tokens = tokens, Width = width, Null = sources.Cafe.TryGet(name, out _) ? path : null };

    private static PackElementType ElementType(TensorType type) => type switch
    {
        TensorType.Float32 => PackElementType.Float32,
        TensorType.Float16 => PackElementType.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Packs hold float32 and float16 rows."),
    };
}
