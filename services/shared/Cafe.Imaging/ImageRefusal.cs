namespace Cafe.Imaging;

/// <summary>Why a picture was refused.</summary>
public enum ImageRefusal
{
    /// <summary>There are no bytes.</summary>
    Empty,

    /// <summary>The bytes begin as no JPEG, PNG or WebP does.</summary>
    UnknownFormat,

    /// <summary>More encoded bytes than the limit.</summary>
    TooManyBytes,

    /// <summary>The header claims more columns than the limit.</summary>
    TooWide,

    /// <summary>The header claims more rows than the limit.</summary>
    TooHigh,

    /// <summary>The header claims more pixels than the limit.</summary>
    TooManyPixels,

    /// <summary>The bytes end before the picture does.</summary>
    Truncated,

    /// <summary>The bytes contradict the format: a wrong checksum, an impossible length, a broken stream.</summary>
    Corrupt,

    /// <summary>A legal picture of a kind that is not read.</summary>
    Unsupported,
}
