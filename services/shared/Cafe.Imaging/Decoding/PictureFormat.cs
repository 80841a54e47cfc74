namespace Cafe.Imaging.Decoding;

/// <summary>The encodings that are read.</summary>
public enum PictureFormat
{
    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>JPEG, baseline or progressive.</summary>
    Jpeg,

    /// <summary>WebP, lossy, lossless or extended.</summary>
    Webp,
}
