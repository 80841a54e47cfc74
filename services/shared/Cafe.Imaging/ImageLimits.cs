namespace Cafe.Imaging;

/// <summary>
/// Bounds that a picture from outside must meet. They are checked against the picture's own header, before anything
/// of its size is allocated.
/// </summary>
public sealed record ImageLimits
{
    /// <summary>20 MiB, 8192 by 8192, 40 million pixels.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The most encoded bytes, from 1.</summary>
    public int MaxBytes { get; init; } = 20 << 20;

    /// <summary>The widest picture, in pixels, from 1.</summary>
    public int MaxWidth { get; init; } = 8192;

    /// <summary>The highest picture, in pixels, from 1.</summary>
    public int MaxHeight { get; init; } = 8192;

    /// <summary>The most pixels (width times height), from 1. Decoding needs up to eight bytes for each.</summary>
    public long MaxPixels { get; init; } = 40_000_000;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> where a limit lies outside its range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPixels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPixels, 500_000_000);
    }

    internal void CheckBytes(int bytes)
    {
        if (bytes > MaxBytes)
        {
            throw new ImageFormatException(ImageRefusal.TooManyBytes, $"The picture has {bytes} bytes; the limit is {MaxBytes}.");
        }
    }

    internal void CheckSize(long width, long height)
    {
        if (width < 1 || height < 1)
        {
            throw new ImageFormatException(ImageRefusal.Corrupt, $"The picture's header says {width}x{height} pixels.");
        }

        if (width > MaxWidth)
        {
            throw new ImageFormatException(ImageRefusal.TooWide, $"The picture's header says {width} pixels wide; the limit is {MaxWidth}.");
        }

        if (height > MaxHeight)
        {
            throw new ImageFormatException(ImageRefusal.TooHigh, $"The picture's header says {height} pixels high; the limit is {MaxHeight}.");
        }

        if (width * height > MaxPixels)
        {
            throw new ImageFormatException(
                ImageRefusal.TooManyPixels,
                $"The picture's header says {width}x{height} = {width * height} pixels; the limit is {MaxPixels}.");
        }
    }
}
