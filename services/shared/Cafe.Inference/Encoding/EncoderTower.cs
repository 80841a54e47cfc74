namespace Cafe.Inference.Encoding;

/// <summary>One graph of a pack's encoder part.</summary>
public enum EncoderTower
{
    /// <summary>Patch embeddings of the subject: E(x).</summary>
    Subject,

    /// <summary>CLIP's global embedding of a picture: C(x).</summary>
    Image,

    /// <summary>CLIP's embedding of a text.</summary>
    Text,
}
