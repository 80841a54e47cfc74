using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>CLIP's configuration, from the fields of its config.json; <paramref name="ProjectionDim"/> is the outer one, which the parts may contradict.</summary>
public sealed record ClipConfig(ClipTowerConfig Text, ClipTowerConfig Vision, int ProjectionDim, int VocabSize, int MaxPositionEmbeddings, int EosTokenId, int ImageSize, int PatchSize, int NumChannels)
{
    /// <summary>Tokens of a picture, with the class token.</summary>
    public int VisionTokens => 1 + (ImageSize / PatchSize * (ImageSize / PatchSize));

    public static ClipConfig From(ModelConfig config) => From(Section(config, "text_config"), Section(config, "vision_config"), config.Int("projection_dim", 512));

    /// <summary>The configuration of a vision tower that was published alone (CLIPVisionModelWithProjection).</summary>
    public static ClipConfig FromVision(ModelConfig config) => From(ModelConfig.Parse("config.json", "{}"u8.ToArray()), config, config.Int("projection_dim", 512));

    // Published configurations leave out what is the reference's default.
    private static ClipConfig From(ModelConfig text, ModelConfig vision, int projection) => new(
        ClipTowerConfig.From(text, hidden: 512, intermediate: 2048, heads: 8),
        ClipTowerConfig.From(vision, hidden: 768, intermediate: 3072, heads: 12),
        projection,
        text.Int("vocab_size", 49408),
        text.Int("max_position_embeddings", 77),
        text.Int("eos_token_id", 49407),
        vision.Int("image_size", 224),
        vision.Int("patch_size", 32),
        vision.Int("num_channels", 3));

    private static ModelConfig Section(ModelConfig config, string field) => config.Has(field) ? config.Section(field) : ModelConfig.Parse("config.json", "{}"u8.ToArray());
}
