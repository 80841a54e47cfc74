namespace Cafe.Modeling.Building;

/// <summary>
/// Just large enough that nothing is left out: gated feed-forwards, interpolated positions, grouped keys, several blocks of four-bit weights,
/// attention at one level of the UNet and not at the other.
/// </summary>
internal static class TinyPreset
{
    public static ModelConfigs Configs { get; } = new()
    {
        Dinov2 = ModelConfigs.Parse("dinov2.json", """
            {
              "model_type": "dinov2", "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "mlp_ratio": 4, "use_swiglu_ffn": true,
              "image_size": 70, "patch_size": 14, "num_channels": 3, "hidden_act": "gelu", "layer_norm_eps": 1e-6, "qkv_bias": true
            }
            """),
        SubjectPreprocess = PublishedPreprocess.Dinov2 with { ShortestEdge = 64, CropHeight = 56, CropWidth = 56 },
        Clip = ModelConfigs.Parse("clip.json", """
            {
              "model_type": "clip", "projection_dim": 32,
              "text_config": {
                "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64, "vocab_size": 640,
                "max_position_embeddings": 77, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5, "eos_token_id": 639
              },
              "vision_config": {
                "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96, "image_size": 56,
                "patch_size": 14, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5
              }
            }
            """),
        Llama = ModelConfigs.Parse("llama.json", """
            {
              "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
              "intermediate_size": 128, "vocab_size": 640, "max_position_embeddings": 1024, "rms_norm_eps": 1e-5, "rope_theta": 10000,
              "tie_word_embeddings": false, "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2
            }
            """),
        Unet = ModelConfigs.Parse("unet.json", """
            {
              "_class_name": "UNet2DConditionModel", "in_channels": 4, "out_channels": 4, "sample_size": 16,
              "block_out_channels": [16, 32], "layers_per_block": 1, "attention_head_dim": [2, 4],
              "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
              "norm_num_groups": 4, "norm_eps": 1e-5, "use_linear_projection": true, "act_fn": "silu", "flip_sin_to_cos": true, "freq_shift": 0
            }
            """),
        Vae = ModelConfigs.Parse("vae.json", """
            {
              "_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": 4, "block_out_channels": [8, 16, 16],
              "layers_per_block": 1, "norm_num_groups": 4, "scaling_factor": 0.18215, "act_fn": "silu",
              "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
              "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]
            }
            """),
        Scheduler = ModelConfigs.Parse("scheduler.json", PaperPreset.Scheduler),
    };
}
