using System.Buffers.Binary;

namespace Cafe.Imaging.Decoding;

/// <summary>A PNG's colour type, depth, palette and transparent colour: how one unfiltered row becomes RGB or RGBA bytes.</summary>
internal sealed class PngColour
{
    private const int Grey = 0;
    private const int TrueColour = 2;
    private const int Indexed = 3;
    private const int GreyAlpha = 4;
    private const int TrueColourAlpha = 6;

    private readonly int _type;
    private readonly int _depth;
    private byte[] _palette = [];
    private byte[] _transparency = [];

    public PngColour(int type, int depth)
    {
        var legal = type switch
        {
            Grey => depth is 1 or 2 or 4 or 8 or 16,
            Indexed => depth is 1 or 2 or 4 or 8,
            TrueColour or GreyAlpha or TrueColourAlpha => depth is 8 or 16,
            _ => false,
        };
        if (!legal)
        {
            throw new ImageFormatException(ImageRefusal.Corrupt, $"The PNG has colour type {type} with {depth} bits, which the format does not allow.");
        }

        _type = type;
        _depth = depth;
    }

    /// <summary>Samples of a pixel.</summary>
    public int Samples => _type switch { TrueColour => 3, GreyAlpha => 2, TrueColourAlpha => 4, _ => 1 };

    /// <summary>Bits of a pixel.</summary>
    public int BitsPerPixel => Samples * _depth;

    /// <summary>3, or 4 where anything may be transparent. Final once palette and transparency are set.</summary>
    public int Channels => _type is GreyAlpha or TrueColourAlpha || _transparency.Length > 0 ? 4 : 3;

    public bool NeedsPalette => _type == Indexed && _palette.Length == 0;

    public void SetPalette(ReadOnlySpan<byte> palette)
    {
        if (palette.Length == 0 || palette.Length % 3 != 0 || palette.Length > 768)
        {
            throw new ImageFormatException(ImageRefusal.Corrupt, $"The PNG's palette has {palette.Length} bytes.");
        }

        _palette = palette.ToArray();
    }

    public void SetTransparency(ReadOnlySpan<byte> transparency)
    {
        var expected = _type switch { Grey => 2, TrueColour => 6, _ => -1 };
        if (_type is GreyAlpha or TrueColourAlpha)
        {
            return;
        }

        if (expected >= 0 ? transparency.Length != expected : transparency.Length is 0 or > 256)
        {
            throw new ImageFormatException(ImageRefusal.Corrupt, $"The PNG's tRNS chunk has {transparency.Length} bytes.");
        }

        _transparency = transparency.ToArray();
    }

    /// <summary>Writes pixels of one row at every step-th column from the first.</summary>
    /// <param name="row">Unfiltered samples.</param>
    /// <param name="count">Pixels in the row.</param>
    /// <param name="output">The whole output row.</param>
    /// <param name="first">Column of the first pixel.</param>
    /// <param name="step">Columns between pixels (1 unless interlaced).</param>
    public void Expand(ReadOnlySpan<byte> row, int count, Span<byte> output, int first, int step)
    {
        var channels = Channels;
        if (_depth == 8 && step == 1 && _type is (TrueColour or TrueColourAlpha) && Samples == channels)
        {
            row[..(count * channels)].CopyTo(output);
            return;
        }

        for (int i = 0, at = first * channels; i < count; i++, at += step * channels)
        {
            switch (_type)
            {
                case Grey or GreyAlpha:
                    var raw = Sample(row, i * Samples);
                    var grey = ToByte(raw);
                    (output[at], output[at + 1], output[at + 2]) = (grey, grey, grey);
                    if (channels == 4)
                    {
                        output[at + 3] = _type == GreyAlpha ? ToByte(Sample(row, (i * 2) + 1))
                            : raw == BinaryPrimitives.ReadUInt16BigEndian(_transparency) ? (byte)0 : (byte)255;
                    }

                    break;
                case TrueColour or TrueColourAlpha:
                    var (r, g, b) = (Sample(row, i * Samples), Sample(row, (i * Samples) + 1), Sample(row, (i * Samples) + 2));
                    (output[at], output[at + 1], output[at + 2]) = (ToByte(r), ToByte(g), ToByte(b));
                    if (channels == 4)
                    {
                        output[at + 3] = _type == TrueColourAlpha ? ToByte(Sample(row, (i * 4) + 3)) : IsKey(r, g, b) ? (byte)0 : (byte)255;
                    }

                    break;
                default:
                    var index = Sample(row, i);
                    if (3 * index >= _palette.Length)
                    {
                        throw new ImageFormatException(ImageRefusal.Corrupt, $"A pixel has palette index {index}; the palette has {_palette.Length / 3} colours.");
                    }

                    _palette.AsSpan(3 * index, 3).CopyTo(output[at..]);
                    if (channels == 4)
                    {
                        output[at + 3] = index < _transparency.Length ? _transparency[index] : (byte)255;
                    }

                    break;
            }
        }
    }

    private bool IsKey(int r, int g, int b) =>
        r == BinaryPrimitives.ReadUInt16BigEndian(_transparency)
        && g == BinaryPrimitives.ReadUInt16BigEndian(_transparency.AsSpan(2))
        && b == BinaryPrimitives.ReadUInt16BigEndian(_transparency.AsSpan(4));

    private int Sample(ReadOnlySpan<byte> row, int index) => _depth switch
    {
        8 => row[index],
        16 => BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]),
        _ => (row[index * _depth / 8] >> (8 - _depth - (index * _depth % 8))) & ((1 << _depth) - 1),
    };

    // 16 bits keep their high byte, as the reference; 1, 2 and 4 bits are spread over 0 to 255.
    private byte ToByte(int sample) => _depth switch
    {
        8 => (byte)sample,
        16 => (byte)(sample >> 8),
        4 => (byte)(sample * 17),
        2 => (byte)(sample * 85),
        _ => (byte)(sample * 255),
    };
}
