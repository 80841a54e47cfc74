using Cafe.Imaging.Resizing;

namespace Cafe.Imaging;

/// <summary>A picture that may be transparent: 8-bit RGBA, straight (not premultiplied), [height, width, 4].</summary>
public sealed class AlphaPicture
{
    private readonly byte[] _rgba;

    /// <summary>Takes the pixels over; the caller must not write to them afterwards.</summary>
    /// <param name="width">Columns, from 1.</param>
    /// <param name="height">Rows, from 1.</param>
    /// <param name="rgba">[height, width, 4], straight alpha.</param>
    public AlphaPicture(int width, int height, byte[] rgba)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(rgba);
        if (rgba.LongLength != 4L * width * height)
        {
            throw new ArgumentException($"{width}x{height} pixels need {4L * width * height} bytes, not {rgba.LongLength}.", nameof(rgba));
        }

        Width = width;
        Height = height;
        _rgba = rgba;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels, [height, width, 4], straight alpha.</summary>
    public ReadOnlySpan<byte> Rgba => _rgba;

    /// <summary>Whether every pixel is opaque.</summary>
    public bool IsOpaque
    {
        get
        {
            for (var i = 3; i < _rgba.Length; i += 4)
            {
                if (_rgba[i] != 255)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The picture laid over one colour.</summary>
    public Picture Over(Rgb background)
    {
        var rgb = new byte[3L * Width * Height];
        for (int from = 0, to = 0; from < _rgba.Length; from += 4, to += 3)
        {
            var alpha = _rgba[from + 3];
            rgb[to] = Blend(_rgba[from], background.R, alpha);
            rgb[to + 1] = Blend(_rgba[from + 1], background.G, alpha);
            rgb[to + 2] = Blend(_rgba[from + 2], background.B, alpha);
        }

        return new Picture(Width, Height, rgb);
    }

    /// <summary>Antialiased bicubic on premultiplied pixels, so that the colour under transparent pixels does not bleed in.</summary>
    public AlphaPicture Resize(int width, int height)
    {
        if (width == Width && height == Height)
        {
            return this;
        }

        var premultiplied = new byte[_rgba.Length];
        for (var i = 0; i < _rgba.Length; i += 4)
        {
            var alpha = _rgba[i + 3];
            premultiplied[i] = Scale(_rgba[i], alpha);
            premultiplied[i + 1] = Scale(_rgba[i + 1], alpha);
            premultiplied[i + 2] = Scale(_rgba[i + 2], alpha);
            premultiplied[i + 3] = alpha;
        }

        var resized = new byte[4L * width * height];
        BicubicResampler.Resize(premultiplied, Width, Height, 4, resized, width, height);
        for (var i = 0; i < resized.Length; i += 4)
        {
            var alpha = resized[i + 3];
            if (alpha is not 0 and not 255)
            {
                resized[i] = (byte)Math.Min(255, 255 * resized[i] / alpha);
                resized[i + 1] = (byte)Math.Min(255, 255 * resized[i + 1] / alpha);
                resized[i + 2] = (byte)Math.Min(255, 255 * resized[i + 2] / alpha);
            }
        }

        return new AlphaPicture(width, height, resized);
    }

    /// <summary>The part whose upper left pixel is (x, y).</summary>
    public AlphaPicture Crop(int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - y);
        var part = new byte[4L * width * height];
        for (var row = 0; row < height; row++)
        {
            _rgba.AsSpan(4 * (((y + row) * Width) + x), 4 * width).CopyTo(part.AsSpan(4 * row * width));
        }

        return new AlphaPicture(width, height, part);
    }

    /// <summary>The smallest box (x, y, width, height) that holds every pixel with at least this alpha; null when there is none.</summary>
    public (int X, int Y, int Width, int Height)? Bounds(byte minimumAlpha = 8)
    {
        int left = Width, right = -1, top = Height, bottom = -1;
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if (_rgba[(4 * ((y * Width) + x)) + 3] >= minimumAlpha)
                {
                    left = Math.Min(left, x);
                    right = Math.Max(right, x);
                    top = Math.Min(top, y);
                    bottom = y;
                }
            }
        }

        return right < 0 ? null : (left, top, right - left + 1, bottom - top + 1);
    }

    private static byte Blend(byte over, byte under, byte alpha)
    {
        var sum = (over * alpha) + (under * (255 - alpha)) + 128;
        return (byte)((sum + (sum >> 8)) >> 8);
    }

    private static byte Scale(byte value, byte alpha)
    {
        var product = (value * alpha) + 128;
        return (byte)((product + (product >> 8)) >> 8);
    }
}
