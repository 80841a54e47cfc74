using Cafe.Imaging.Resizing;
using Cafe.Imaging.Tensors;

namespace Cafe.Imaging;

/// <summary>An opaque picture: 8-bit RGB, rows from the top, [height, width, 3].</summary>
public sealed class Picture
{
    private readonly byte[] _rgb;

    /// <summary>Takes the pixels over; the caller must not write to them afterwards.</summary>
    /// <param name="width">Columns, from 1.</param>
    /// <param name="height">Rows, from 1.</param>
    /// <param name="rgb">[height, width, 3].</param>
    public Picture(int width, int height, byte[] rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(rgb);
        if (rgb.LongLength != 3L * width * height)
        {
            throw new ArgumentException($"{width}x{height} pixels need {3L * width * height} bytes, not {rgb.LongLength}.", nameof(rgb));
        }

        Width = width;
        Height = height;
        _rgb = rgb;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels, [height, width, 3].</summary>
    public ReadOnlySpan<byte> Rgb => _rgb;

    /// <summary>The pixels, [height, width, 3].</summary>
    public ReadOnlyMemory<byte> RgbMemory => _rgb;

    /// <summary>A picture of one colour.</summary>
    public static Picture Filled(int width, int height, Rgb colour)
    {
        var rgb = new byte[3L * width * height];
        for (var i = 0; i < rgb.Length; i += 3)
        {
            rgb[i] = colour.R;
            rgb[i + 1] = colour.G;
            rgb[i + 2] = colour.B;
        }

        return new Picture(width, height, rgb);
    }

    /// <summary>The colour at a column and a row.</summary>
    public Rgb this[int x, int y]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height);
            var at = 3 * ((y * Width) + x);
            return new Rgb(_rgb[at], _rgb[at + 1], _rgb[at + 2]);
        }
    }

    /// <summary>Antialiased bicubic to exactly this size (Pillow's arithmetic, to the bit).</summary>
    public Picture Resize(int width, int height)
    {
        if (width == Width && height == Height)
        {
            return this;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var resized = new byte[3L * width * height];
        BicubicResampler.Resize(_rgb, Width, Height, 3, resized, width, height);
        return new Picture(width, height, resized);
    }

    /// <summary>
    /// Resizes so that the shorter side has this many pixels; the longer side keeps the aspect, rounded down as the
    /// published image processors do.
    /// </summary>
    public Picture ResizeShortestEdge(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return Width <= Height
            ? Resize(size, Math.Max(1, (int)((long)size * Height / Width)))
            : Resize(Math.Max(1, (int)((long)size * Width / Height)), size);
    }

    /// <summary>The middle part; an odd remainder leaves one more pixel at the right and the bottom.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is larger than the picture.</exception>
    public Picture CenterCrop(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height);
        return Crop((Width - width) / 2, (Height - height) / 2, width, height);
    }

    /// <summary>The part whose upper left pixel is (x, y).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie inside the picture.</exception>
    public Picture Crop(int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - y);
        if (width == Width && height == Height)
        {
            return this;
        }

        var part = new byte[3L * width * height];
        for (var row = 0; row < height; row++)
        {
            _rgb.AsSpan(3 * (((y + row) * Width) + x), 3 * width).CopyTo(part.AsSpan(3 * row * width));
        }

        return new Picture(width, height, part);
    }

    /// <summary>Writes (pixel / 255 - mean) / deviation as [3, height, width].</summary>
    /// <param name="normalization">Mean and deviation by channel.</param>
    /// <param name="chw">Exactly 3 * height * width values.</param>
    public void ToTensor(PixelNormalization normalization, Span<float> chw) =>
        PixelTensors.FromRgb(_rgb, Width, Height, normalization, chw);

    /// <summary>Pixels from the diffuser's range: [-1, 1] becomes 0 to 255, rounded to nearest even, values outside clamped.</summary>
    /// <param name="chw">[3, height, width].</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">A value is NaN: a picture that cannot be drawn is never drawn black.</exception>
    public static Picture FromTensor(ReadOnlySpan<float> chw, int width, int height)
    {
        var rgb = new byte[3L * width * height];
        PixelTensors.ToRgb(chw, width, height, rgb);
        return new Picture(width, height, rgb);
    }
}
