using System.Buffers.Binary;

namespace Cafe.Training.Data.Sources;

/// <summary>
/// The coloured bitmaps of an OpenType font (tables cmap, CBLC, CBDT): PNG by code point, from the largest strike. Offsets are
/// checked against the file, so a damaged font gives an error and nothing else.
/// </summary>
public sealed class BitmapFont
{
    private readonly byte[] _font;
    private readonly Dictionary<string, (int Offset, int Length)> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _glyphs = [];
    private readonly Dictionary<int, (int Offset, int Length)> _pictures = [];

    private BitmapFont(byte[] font) => _font = font;

    /// <summary>Code points that have a bitmap.</summary>
    public IEnumerable<int> CodePoints => _glyphs.Where(pair => _pictures.ContainsKey(pair.Value)).Select(pair => pair.Key);

    /// <exception cref="InvalidDataException">No font, or one without coloured bitmaps.</exception>
    public static BitmapFont Read(string path)
    {
        var font = new BitmapFont(File.ReadAllBytes(path));
        try
        {
            font.ReadDirectory();
            font.ReadCharacters();
            font.ReadStrikes();
        }
        catch (ArgumentOutOfRangeException pastEnd)
        {
            throw new InvalidDataException($"{path} is damaged: an offset points past its {font._font.Length} bytes.", pastEnd);
        }

        return font;
    }

    /// <summary>The PNG of a code point, or null.</summary>
    public ReadOnlyMemory<byte>? Picture(int codePoint) =>
        _glyphs.TryGetValue(codePoint, out var glyph) && _pictures.TryGetValue(glyph, out var place)
            ? _font.AsMemory(place.Offset, place.Length)
            : (ReadOnlyMemory<byte>?)null;

    private void ReadDirectory()
    {
        int count = UInt16(4);
        for (var i = 0; i < count; i++)
        {
            var at = 12 + (16 * i);
            var tag = System.Text.Encoding.ASCII.GetString(_font.AsSpan(at, 4));
            _tables[tag] = (Int32(at + 8), Int32(at + 12));
        }
    }

    private int Table(string tag) => _tables.TryGetValue(tag, out var table)
        ? table.Offset
        : throw new InvalidDataException($"The font has no {tag} table; coloured bitmaps need cmap, CBLC and CBDT.");

    /// <summary>cmap: the format 12 sub-table, segments of code points to consecutive glyphs.</summary>
    private void ReadCharacters()
    {
        var cmap = Table("cmap");
        int count = UInt16(cmap + 2);
        for (var i = 0; i < count; i++)
        {
            var sub = cmap + Int32(cmap + 4 + (8 * i) + 4);
            if (UInt16(sub) != 12)
            {
                continue;
            }

            var segments = Int32(sub + 12);
            for (var segment = 0; segment < segments; segment++)
            {
                var at = sub + 16 + (12 * segment);
                var (first, last, glyph) = (Int32(at), Int32(at + 4), Int32(at + 8));
                for (var point = first; point <= last && last - first < 0x110000; point++)
                {
                    _glyphs[point] = glyph + point - first;
                }
            }

            return;
        }

        throw new InvalidDataException("The font's cmap has no format 12 sub-table.");
    }

    /// <summary>CBLC: for the strike with the most pixels, where in CBDT each glyph's data lies.</summary>
    private void ReadStrikes()
    {
        var (cblc, cbdt) = (Table("CBLC"), Table("CBDT"));
        var strikes = Int32(cblc + 4);
        var best = Enumerable.Range(0, strikes).Select(i => cblc + 8 + (48 * i)).MaxBy(at => _font[at + 44]);
        var (arrays, arrayCount) = (cblc + Int32(best), Int32(best + 8));
        for (var i = 0; i < arrayCount; i++)
        {
            var entry = arrays + (8 * i);
            var (first, last, sub) = (UInt16(entry), UInt16(entry + 2), arrays + Int32(entry + 4));
            var (indexFormat, imageFormat, data) = (UInt16(sub), UInt16(sub + 2), cbdt + Int32(sub + 4));
            for (var glyph = first; glyph <= last; glyph++)
            {
                var number = glyph - first;
                var (from, to) = indexFormat switch
                {
                    1 => (Int32(sub + 8 + (4 * number)), Int32(sub + 12 + (4 * number))),
                    3 => (UInt16(sub + 8 + (2 * number)), UInt16(sub + 10 + (2 * number))),
                    _ => throw new InvalidDataException($"The font's CBLC uses index format {indexFormat}; 1 and 3 are read."),
                };
                if (to > from)
                {
                    _pictures[glyph] = Png(data + from, imageFormat);
                }
            }
        }
    }

    /// <summary>CBDT: metrics, a length and a PNG.</summary>
    private (int Offset, int Length) Png(int at, int format)
    {
        var metrics = format switch
        {
            17 => 5,
            18 => 8,
            19 => 0,
            _ => throw new InvalidDataException($"The font's CBDT uses image format {format}; 17, 18 and 19 (PNG) are read."),
        };
        var length = Int32(at + metrics);
        _ = _font.AsSpan(at + metrics + 4, length);
        return (at + metrics + 4, length);
    }

    private int UInt16(int at) => BinaryPrimitives.ReadUInt16BigEndian(_font.AsSpan(at, 2));

    private int Int32(int at) => BinaryPrimitives.ReadInt32BigEndian(_font.AsSpan(at, 4));
}
