using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Modeling.Quantization;

namespace Cafe.Benchmarks.Graphs;

/// <summary>What is compared: the published dimensions of each architecture.</summary>
internal static class GraphCases
{
    private static readonly GraphOptions Cpu = GraphOptions.For(GraphTarget.Cpu, half: false);

    // Stable Diffusion 2's; conditions of CAFE's widths.
    private static readonly UNetConfig UNetOf2 = UNetConfig.From(Json("""
        { "block_out_channels": [320, 640, 1280, 1280], "attention_head_dim": [5, 10, 20, 20], "use_linear_projection": true,
          "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
          "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"] }
        """), semanticWidth: 768, subjectWidth: 1536);

    // Its two upper levels, where three quarters of the time go: for a quick look.
    private static readonly UNetConfig UpperUNet = UNetOf2 with
    {
        BlockOutChannels = [320, 640], Heads = [5, 10], CrossAttends = [true, true], TransformerLayers = [1, 1],
    };

    private static readonly AutoencoderKlConfig VaeOf2 = AutoencoderKlConfig.From(Json("""{ "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2 }"""));

    private static readonly Dinov2Config Dinov2Base = Dinov2Config.From(Json("""{ "hidden_size": 768, "image_size": 518 }"""));

    private static readonly ClipConfig ClipLarge = ClipConfig.From(Json("""
        { "projection_dim": 768,
          "text_config": { "hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12 },
          "vision_config": { "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16, "patch_size": 14, "image_size": 336 } }
        """));

    private static readonly LlamaConfig Llama1B = LlamaConfig.From(Json("""
        { "vocab_size": 32000, "hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 22, "num_attention_heads": 32, "num_key_value_heads": 4, "max_position_embeddings": 2048 }
        """));

    // For a quick look, which needs no gigabytes.
    private static readonly LlamaConfig SmallLlama = Llama1B with { HiddenSize = 512, IntermediateSize = 1408, NumHiddenLayers = 4, NumAttentionHeads = 8, NumKeyValueHeads = 2, HeadDim = 64 };

    public static IReadOnlyList<GraphCase> All { get; } =
    [
        new("dinov2-base", 1.0, () => Dinov2.Build(Dinov2Base, 224, 224, Cpu), () => Dinov2.Build(Dinov2Base, 224, 224), Sizes(("N", 2))),
        new("clip-l", 1.0, () => Clip.BuildVision(ClipLarge, Cpu), () => Clip.BuildVision(ClipLarge), Sizes(("N", 1))),
        new("clip-l-text", 1.0, () => Clip.BuildText(ClipLarge, 77, Cpu), () => Clip.BuildText(ClipLarge, 77), Sizes(("N", 2))),
        new("vae-decoder", 1.0, () => AutoencoderKl.BuildDecoder(VaeOf2, Cpu), () => AutoencoderKl.BuildDecoder(VaeOf2), Sizes(("N", 1), ("h", 32), ("w", 32))),
        new("unet", 1.15, () => UNet.Build(UNetOf2, Cpu), () => UNet.Build(UNetOf2), Sizes(("B", 2), ("H", 64), ("W", 64), ("n", 1), ("m", 257))),
        new("upper-unet", 1.15, () => UNet.Build(UpperUNet, Cpu), () => UNet.Build(UpperUNet), Sizes(("B", 1), ("H", 64), ("W", 64), ("n", 1), ("m", 257))),
        Decoder("llama-1b-fp32", 1.0, Llama1B, Int4Quantization.None, torch: true),
        Decoder("llama-1b-int4", 3.0, Llama1B, Int4Quantization.Symmetric, torch: false),
        Decoder("small-llama-fp32", 1.0, SmallLlama, Int4Quantization.None, torch: true),
    ];

    // Four-bit weights are compared with the same graph in fp32, which needs no libtorch.
    private static GraphCase Decoder(string name, double goal, LlamaConfig config, Int4Quantization int4, bool torch) => new(
        name,
        goal,
        () => Llama.Cached(config, Cpu, int4),
        torch ? () => Llama.Plain(config) : null,
        Sizes(("B", 1), ("S", 1), ("M", 256), (SyntheticTensors.CachedTokens, 128)),
        Enumerable.Range(0, config.NumHiddenLayers).SelectMany(i => new[] { "key", "value" }.Select(kind => (i, kind))).ToDictionary(p => $"present.{p.i}.{p.kind}", p => $"past_key_values.{p.i}.{p.kind}"),
        torch ? null : () => Llama.Cached(config, Cpu));

    private static ModelConfig Json(string text) => ModelConfig.Parse("config.json", System.Text.Encoding.UTF8.GetBytes(text));

    private static Dictionary<string, long> Sizes(params (string Symbol, long Size)[] sizes) => sizes.ToDictionary(s => s.Symbol, s => s.Size);
}
