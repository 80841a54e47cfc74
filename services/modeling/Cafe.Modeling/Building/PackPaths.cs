namespace Cafe.Modeling.Building;

/// <summary>Where things lie in the packs that are built here.</summary>
internal static class PackPaths
{
    public const string Subject = "encoder/subject.onnx";
    public const string Image = "encoder/image.onnx";
    public const string Text = "encoder/text.onnx";
    public const string Vocab = "encoder/vocab.json";
    public const string Merges = "encoder/merges.txt";
    public const string Decoder = "assistant/decoder.onnx";
    public const string VisionProjection = "assistant/vision_projection.onnx";
    public const string SemanticHead = "assistant/semantic_head.onnx";
    public const string EmbedTokens = "assistant/embed_tokens.bin";
    public const string ImageToken = "assistant/image_token.bin";
    public const string Tokenizer = "assistant/tokenizer.model";
    public const string Unet = "diffuser/unet.onnx";
    public const string Conditioner = "diffuser/conditioner.onnx";
    public const string VaeDecoder = "diffuser/vae_decoder.onnx";
    public const string VaeEncoder = "diffuser/vae_encoder.onnx";
    public const string NullSemantic = "diffuser/null_semantic.bin";
    public const string NullSubject = "diffuser/null_subject.bin";
}
