using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Packs.Manifest;

namespace Cafe.Packs.Tests.Manifest;

/// <summary>A manifest that is right in every field, for tests to break.</summary>
internal static class SampleManifest
{
    public static PackManifest Create()
    {
        var preprocess = new ImagePreprocess { ShortestEdge = 32, CropHeight = 28, CropWidth = 28, Mean = [0.5f, 0.5f, 0.5f], Std = [0.25f, 0.25f, 0.25f] };
        return ManifestWriter.WithFingerprints(new PackManifest
        {
            Name = "sample",
            Version = "1.0.0",
            Trained = false,
            Description = "For tests.",
            Target = PackTarget.Cpu,
            Parts = new PackParts
            {
                Encoder = Part("encoder/subject.onnx", "encoder/image.onnx", "encoder/text.onnx", "encoder/vocab.json", "encoder/merges.txt"),
                Assistant = Part("assistant/decoder.onnx", "assistant/vision_projection.onnx", "assistant/semantic_head.onnx", "assistant/tokenizer.model", "assistant/embed_tokens.bin:40", "assistant/image_token.bin:16"),
                Diffuser = Part("diffuser/unet.onnx", "diffuser/conditioner.onnx", "diffuser/vae_decoder.onnx", "diffuser/null_semantic.bin:12"),
            },
            Encoder = new EncoderSection
            {
                Subject = new ImageEncoder { Graph = "encoder/subject.onnx", Kind = "dinov2_patches", Tokens = 5, Width = 6, Preprocess = preprocess },
                Image = new ImageEncoder { Graph = "encoder/image.onnx", Kind = "clip_image", Tokens = 1, Width = 3, Preprocess = preprocess },
                Text = new TextEncoder { Graph = "encoder/text.onnx", Kind = "clip_text", Width = 3, Positions = 7, Vocab = "encoder/vocab.json", Merges = "encoder/merges.txt" },
            },
            Assistant = new AssistantSection
            {
                Graph = "assistant/decoder.onnx",
                Architecture = "llama",
                HiddenSize = 4,
                NumHiddenLayers = 1,
                NumAttentionHeads = 2,
                NumKeyValueHeads = 1,
                HeadDim = 2,
                VocabSize = 5,
                MaxPositions = 16,
                CacheDtype = PackElementType.Float32,
                EmbedTokens = new RawRows { Path = "assistant/embed_tokens.bin", Dtype = PackElementType.Float16, Shape = [5, 4] },
                ImageToken = new RawRows { Path = "assistant/image_token.bin", Dtype = PackElementType.Float32, Shape = [4] },
                VisionProjection = "assistant/vision_projection.onnx",
                SemanticHead = "assistant/semantic_head.onnx",
                SemanticWidth = 3,
                ImageTokenPosition = ImageTokenPosition.AfterReply,
                Tokenizer = new PackTokenizer { Kind = "sentencepiece", Path = "assistant/tokenizer.model", BosTokenId = 1, EosTokenIds = [2] },
                ChatTemplate = ChatTemplate.Llama2,
                SystemPrompt = "You draw.",
                MaxReplyTokens = 8,
                Temperature = 0.7f,
                TopP = 0.9f,
            },
            Diffuser = new DiffuserSection
            {
                Conditioning = new Conditioning
                {
                    Kind = "cafe",
                    Semantic = new ConditionTokens { Tokens = 1, Width = 3, Null = "diffuser/null_semantic.bin" },
                    Subject = new ConditionTokens { Tokens = 5, Width = 6 },
                },
                Unet = "diffuser/unet.onnx",
                Conditioner = "diffuser/conditioner.onnx",
                VaeDecoder = "diffuser/vae_decoder.onnx",
                LatentChannels = 4,
                Downscale = 2,
                ScalingFactor = 0.18215,
                Size = new SizeLimits { DefaultWidth = 32, DefaultHeight = 32, Min = 16, Max = 64, MultipleOf = 8 },
                Scheduler = PythonJson.Parse("""{ "beta_start": 0.00085, "lambda_min_clipped": -Infinity }"""u8.ToArray()),
                Defaults = new SamplingDefaults { Sampler = "dpmpp_2m", Steps = 4, Guidance = "joint", GuidanceScale = 3, SemanticScale = 3, SubjectScale = 3 },
            },
        });
    }

    /// <summary>The sample's JSON, for edits that records don't allow.</summary>
    public static JsonObject Json() => JsonNode.Parse(ManifestWriter.ToBytes(Create()))!.AsObject();

    public static byte[] Bytes(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json);

    // "path:bytes"; a file has ten bytes where none are given.
    private static PackPart Part(params string[] files) => new()
    {
        Fingerprint = "",
        Precision = PackPrecision.Fp32,
        Files = [.. files.Select(file => file.Split(':')).Select(file => new PackFile(file[0], file.Length > 1 ? long.Parse(file[1]) : 10, new string('a', 64)))],
    };
}
