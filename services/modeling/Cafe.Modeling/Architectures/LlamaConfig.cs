using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>The sizes of a LlamaForCausalLM, under the names of its config.json.</summary>
public sealed record LlamaConfig
{
    public required int VocabSize { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int NumHiddenLayers { get; init; }

    public required int NumAttentionHeads { get; init; }

    /// <summary>As many as the query heads (Llama 2 7B, 13B), or fewer, each shared by equally many (grouped-query attention).</summary>
    public required int NumKeyValueHeads { get; init; }

    public required int HeadDim { get; init; }

    /// <summary>Positions that the rotary tables cover.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    public float RmsNormEps { get; init; } = 1e-5f;

    public double RopeTheta { get; init; } = 10000;

    /// <summary>
    /// Rotary frequencies rounded to bfloat16, as in a model that was cast to it as a whole. Never read from a file: a published bf16 checkpoint is meant to be run with frequencies in
    /// fp32 (docs/decisions/0041).
    /// </summary>
    public bool RotaryInBFloat16 { get; init; }

    /// <summary>The output layer is the embedding table.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Biases in the query, key, value and output projections.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Biases in the MLP's projections.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Reads config.json, of older transformers too (no num_key_value_heads, head_dim, or rope_theta; torch_dtype).</summary>
    /// <exception cref="CheckpointException">A field is missing, or asks for something that is not implemented.</exception>
    public static LlamaConfig From(ModelConfig config)
    {
        Require(config.Text("model_type", "llama") == "llama", $"model_type '{config.Text("model_type", "llama")}' is not supported, only llama.");
        Require(config.Text("hidden_act", "silu") == "silu", $"hidden_act '{config.Text("hidden_act", "silu")}' is not supported, only silu.");
        Require(!config.Has("rope_scaling"), "rope_scaling is not supported, only null.");

        // transformers 5 moved rope_theta into rope_parameters.
        var theta = config.Number("rope_theta", 10000);
        if (config.Has("rope_parameters"))
        {
            var rope = config.Section("rope_parameters");
            Require(rope.Text("rope_type", "default") == "default", $"rope_type '{rope.Text("rope_type", "default")}' is not supported, only default.");
            theta = rope.Number("rope_theta", theta);
        }

        var heads = config.Int("num_attention_heads");
        var hidden = config.Int("hidden_size");
        var result = new LlamaConfig
        {
            VocabSize = config.Int("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = config.Int("intermediate_size"),
            NumHiddenLayers = config.Int("num_hidden_layers"),
            NumAttentionHeads = heads,
            NumKeyValueHeads = config.Int("num_key_value_heads", heads),
            HeadDim = config.Int("head_dim", heads > 0 ? hidden / heads : 0),
            MaxPositionEmbeddings = config.Int("max_position_embeddings", 2048),
            RmsNormEps = config.Float("rms_norm_eps", 1e-6f), // the reference's default where the field is absent
            RopeTheta = theta,
            TieWordEmbeddings = config.Flag("tie_word_embeddings", false),
            AttentionBias = config.Flag("attention_bias", false),
            MlpBias = config.Flag("mlp_bias", false),
        };
        result.Check();
        return result;
    }

    /// <exception cref="CheckpointException">A size is not positive, or sizes don't fit each other.</exception>
    public void Check()
    {
        foreach (var (name, size) in new[]
        {
            ("vocab_size", VocabSize), ("hidden_size", HiddenSize), ("intermediate_size", IntermediateSize), ("num_hidden_layers", NumHiddenLayers),
            ("num_attention_heads", NumAttentionHeads), ("num_key_value_heads", NumKeyValueHeads), ("head_dim", HeadDim), ("max_position_embeddings", MaxPositionEmbeddings),
        })
        {
            Require(size is > 0 and <= 1 << 24, $"{name} is {size}; it should be 1 to {1 << 24}.");
        }

        Require(NumAttentionHeads % NumKeyValueHeads == 0, $"num_attention_heads {NumAttentionHeads} is not a multiple of num_key_value_heads {NumKeyValueHeads}.");
        Require(HeadDim % 2 == 0, $"head_dim {HeadDim} is odd; rotary positions turn pairs.");
        Require(RmsNormEps > 0 && RopeTheta > 0, "rms_norm_eps and rope_theta should be positive.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new CheckpointException($"config.json of Llama: {message}");
        }
    }
}
