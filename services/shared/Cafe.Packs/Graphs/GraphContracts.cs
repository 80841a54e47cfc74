using Cafe.Packs.Manifest;

namespace Cafe.Packs.Graphs;

/// <summary>The table of docs/pack-format.md, with a manifest's sizes.</summary>
public static class GraphContracts
{
    private const long Any = -1;
    private static readonly string[] Conditions = ["semantic_key", "semantic_value", "subject_key", "subject_value"];

    /// <summary>Every graph of a pack.</summary>
    public static IReadOnlyList<GraphContract> Of(PackManifest manifest) => [.. Encoder(manifest.Encoder), .. Assistant(manifest.Assistant, manifest.Encoder), .. Diffuser(manifest.Diffuser)];

    public static IEnumerable<GraphContract> Encoder(EncoderSection encoder)
    {
        yield return new GraphContract
        {
            Path = encoder.Subject.Graph,
            Inputs = [Pixels(encoder.Subject)],
            Outputs = [new("last_hidden_state", GraphPortType.Float32, [Any, encoder.Subject.Tokens, encoder.Subject.Width])],
        };
        yield return new GraphContract
        {
            Path = encoder.Image.Graph,
            Inputs = [Pixels(encoder.Image)],
            Outputs = [new("image_embeds", GraphPortType.Float32, [Any, encoder.Image.Width])],
        };
        if (encoder.Text is { } text)
        {
            yield return new GraphContract
            {
                Path = text.Graph,
                Inputs = [new("input_ids", GraphPortType.Int64, [Any, text.Positions]), new("attention_mask", GraphPortType.Int64, [Any, text.Positions])],
                Outputs = [new("text_embeds", GraphPortType.Float32, [Any, text.Width])],
            };
        }
    }

    public static IEnumerable<GraphContract> Assistant(AssistantSection assistant, EncoderSection encoder)
    {
        long[] cache = [Any, assistant.NumKeyValueHeads, Any, assistant.HeadDim];
        yield return new GraphContract
        {
            Path = assistant.Graph,
            Inputs =
            [
                new("inputs_embeds", GraphPortType.Float32, [Any, Any, assistant.HiddenSize]),
                new("seqlens_k", GraphPortType.Int32, [Any]),
                new("total_sequence_length", GraphPortType.Int32, []),
                .. Layers(assistant, "past_key_values", cache),
            ],
            Outputs =
            [
                new("logits", GraphPortType.Float32, [Any, Any, assistant.VocabSize]),
                new("last_hidden_state", GraphPortType.Float32, [Any, Any, assistant.HiddenSize]),
                .. Layers(assistant, "present", cache),
            ],
        };
        yield return new GraphContract
        {
            Path = assistant.VisionProjection,
            Inputs = [new("subject_embeddings", GraphPortType.Float32, [Any, Any, encoder.Subject.Width])],
            Outputs = [new("inputs_embeds", GraphPortType.Float32, [Any, Any, assistant.HiddenSize])],
        };
        yield return new GraphContract
        {
            Path = assistant.SemanticHead,
            Inputs = [new("last_hidden_state", GraphPortType.Float32, [Any, assistant.HiddenSize])],
            Outputs = [new("semantic_embeds", GraphPortType.Float32, [Any, assistant.SemanticWidth])],
        };
    }

    public static IEnumerable<GraphContract> Diffuser(DiffuserSection diffuser)
    {
        var channels = diffuser.LatentChannels;
        yield return new GraphContract
        {
            Path = diffuser.Conditioner,
            Inputs = [new("semantic", GraphPortType.Float32, [Any, Any, diffuser.Conditioning.Semantic.Width]), new("subject", GraphPortType.Float32, [Any, Any, diffuser.Conditioning.Subject.Width])],
            Outputs = [],
            OutputSeries = Conditions,
        };
        yield return new GraphContract
        {
            Path = diffuser.Unet,
            Inputs = [new("sample", GraphPortType.Float32, [Any, channels + diffuser.CoordinateChannels, Any, Any]), new("timestep", GraphPortType.Float32, [Any]), new("subject_strength", GraphPortType.Float32, [Any])],
            InputSeries = Conditions,
            Outputs = [new("out_sample", GraphPortType.Float32, [Any, channels, Any, Any])],
        };
        yield return new GraphContract
        {
            Path = diffuser.VaeDecoder,
            Inputs = [new("latent_sample", GraphPortType.Float32, [Any, channels, Any, Any])],
            Outputs = [new("sample", GraphPortType.Float32, [Any, 3, Any, Any])],
        };
        if (diffuser.VaeEncoder is { } encoder)
        {
            yield return new GraphContract
            {
                Path = encoder,
                Inputs = [new("sample", GraphPortType.Float32, [Any, 3, Any, Any])],
                Outputs = [new("latent_parameters", GraphPortType.Float32, [Any, 2 * channels, Any, Any])],
            };
        }
    }

    private static GraphPort Pixels(ImageEncoder encoder) => new("pixel_values", GraphPortType.Float32, [Any, 3, encoder.Preprocess.CropHeight, encoder.Preprocess.CropWidth]);

    private static IEnumerable<GraphPort> Layers(AssistantSection assistant, string name, long[] shape) => Enumerable.Range(0, assistant.NumHiddenLayers)
        .SelectMany(layer => new[] { new GraphPort($"{name}.{layer}.key", GraphPortType.Own, shape), new GraphPort($"{name}.{layer}.value", GraphPortType.Own, shape) });
}
