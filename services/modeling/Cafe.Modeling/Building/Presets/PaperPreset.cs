namespace Cafe.Modeling.Building;

/// <summary>The published configurations of the paper's parts.</summary>
internal static class PaperPreset
{
    /// <summary>Stable Diffusion 2's schedule (base: epsilon).</summary>
    public const string Scheduler = """
        {
          "_class_name": "DDIMScheduler",
          "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000,
          "clip_sample": false, "prediction_type": "epsilon", "set_alpha_to_one": false, "steps_offset": 1, "timestep_spacing": "leading", "trained_betas": null
        }
        """;

    public static ModelConfigs Configs { get; } = new()
    {
        Dinov2 = ModelConfigs.Parse("dinov2.json", """
            {
              "model_type": "dinov2", "hidden_size": 1536, "num_hidden_layers": 40, "num_attention_heads": 24, "mlp_ratio": 4, "use_swiglu_ffn": true,
              "image_size": 518, "patch_size": 14, "num_channels": 3, "hidden_act": "gelu", "layer_norm_eps": 1e-6, "qkv_bias": true
            }
            """),
        SubjectPreprocess = PublishedPreprocess.Dinov2,
        Clip = ModelConfigs.Parse("clip.json", """
            {
              "model_type": "clip", "projection_dim": 768,
              "text_config": {
                "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "vocab_size": 49408,
                "max_position_embeddings": 77, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5, "eos_token_id": 49407
              },
              "vision_config": {
                "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096, "image_size": 336,
                "patch_size": 14, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5
              }
            }
            """),
        Llama = ModelConfigs.Parse("llama.json", """
            {
              "model_type": "llama", "hidden_size": 5120, "num_hidden_layers": 40, "num_attention_heads": 40, "num_key_value_heads": 40,
              "intermediate_size": 13824, "vocab_size": 32000, "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "rope_theta": 10000,
              "tie_word_embeddings": false, "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2
            }
            """),
        Unet = ModelConfigs.Parse("unet.json", """
            {
              "_class_name": "UNet2DConditionModel", "in_channels": 4, "out_channels": 4, "sample_size": 64,
              "block_out_channels": [320, 640, 1280, 1280], "layers_per_block": 2, "attention_head_dim": [5, 10, 20, 20],
              "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
              "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
              "norm_num_groups": 32, "norm_eps": 1e-5, "use_linear_projection": true, "act_fn": "silu", "flip_sin_to_cos": true, "freq_shift": 0
            }
            """),
        Vae = ModelConfigs.Parse("vae.json", """
            {
              "_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": 4, "block_out_channels": [128, 256, 512, 512],
              "layers_per_block": 2, "norm_num_groups": 32, "scaling_factor": 0.18215, "act_fn": "silu",
              "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
              "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]
            }
            """),
        Scheduler = ModelConfigs.Parse("scheduler.json", Scheduler),
    };
}
