namespace Cafe.Training.Published;

/// <summary>What a published folder holds.</summary>
public enum PublishedArchitecture
{
    Dinov2,

    Clip,

    Llama,

    /// <summary>Of a text-to-image model, with its own cross-attention.</summary>
    Unet,

    Autoencoder,
}
