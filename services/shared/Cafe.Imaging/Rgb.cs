namespace Cafe.Imaging;

/// <summary>A colour of three 8-bit channels, 0 to 255 each.</summary>
public readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>255, 255, 255: what the reference lays transparent pictures over.</summary>
    public static Rgb White => new(255, 255, 255);

    /// <summary>128, 128, 128: the ground of a canonical reference picture.</summary>
    public static Rgb Grey => new(128, 128, 128);
}
