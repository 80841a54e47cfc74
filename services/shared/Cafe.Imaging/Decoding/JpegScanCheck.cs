using System.Buffers.Binary;

namespace Cafe.Imaging.Decoding;

/// <summary>
/// Walks a JPEG's entropy-coded data and counts its blocks against the size in the frame header. libjpeg fills what is missing
/// with grey and only warns, so a picture that lies about its size, or was cut and closed with an end marker, would pass.
/// Sequential scans are walked whole; of a progressive picture the first DC scans, which every block must have.
/// </summary>
internal ref struct JpegScanCheck
{
    // Encoders pad a scan by a few bytes at most; more than this left over means more blocks than the header admits.
    private const int LeftOverLimit = 64;

    // Each scan costs the decoder a pass over all blocks whatever its length: files made of thousands are attacks, not pictures.
    private const int MostScans = 200;
    private const int MostTables = 1000;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly JpegHuffman?[] _dc = new JpegHuffman?[4];
    private readonly JpegHuffman?[] _ac = new JpegHuffman?[4];
    private (int Id, int H, int V)[] _components = [];
    private bool _progressive;
    private int _width;
    private int _height;
    private int _restartInterval;
    private int _scans;
    private int _tables;
    private int _checkedScans;

    private JpegScanCheck(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <exception cref="ImageFormatException">The data has fewer or more blocks than the header says.</exception>
    public static void Check(ReadOnlySpan<byte> bytes)
    {
        var check = new JpegScanCheck(bytes);
        check.Walk();
    }

    private void Walk()
    {
        var at = 2;
        while (at + 4 <= _bytes.Length)
        {
            var marker = _bytes[at + 1];
            if (_bytes[at] != 0xFF || marker is 0x00 or 0xFF or (>= 0xD0 and <= 0xD7))
            {
                at++;
                continue;
            }

            if (marker == 0xD9)
            {
                break;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(_bytes[(at + 2)..]);
            if (length < 2 || at + 2 + length > _bytes.Length)
            {
                throw Truncated($"The JPEG's segment {marker:X2} at byte {at} says {length} bytes.");
            }

            var body = _bytes.Slice(at + 4, length - 2);
            at += 2 + length;
            switch (marker)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    Frame(marker, body);
                    break;
                case 0xC4:
                    Tables(body);
                    break;
                case 0xDD when body.Length >= 2:
                    _restartInterval = BinaryPrimitives.ReadUInt16BigEndian(body);
                    break;
                case 0xDA:
                    Scan(body, at);
                    break;
            }
        }

        if (_checkedScans == 0)
        {
            throw Truncated("The JPEG ends before its pixels begin.");
        }
    }

    private void Frame(byte marker, ReadOnlySpan<byte> body)
    {
        if (body.Length < 6 || body.Length < 6 + (3 * body[5]) || body[5] is 0 or > 4)
        {
            throw Corrupt("The JPEG's frame header is too short for its components.");
        }

        _progressive = marker == 0xC2;
        _height = BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
        _width = BinaryPrimitives.ReadUInt16BigEndian(body[3..]);
        _components = new (int, int, int)[body[5]];
        for (var i = 0; i < _components.Length; i++)
        {
            var sampling = body[6 + (3 * i) + 1];
            _components[i] = (body[6 + (3 * i)], sampling >> 4, sampling & 15);
            if (_components[i].H is 0 or > 4 || _components[i].V is 0 or > 4)
            {
                throw Corrupt($"A component of the JPEG has sampling {sampling:X2}.");
            }
        }
    }

    private void Tables(ReadOnlySpan<byte> body)
    {
        while (body.Length >= 17)
        {
            var symbols = 0;
            foreach (var count in body[1..17])
            {
                symbols += count;
            }

            var (kind, slot) = (body[0] >> 4, body[0] & 15);
            if (++_tables > MostTables)
            {
                throw Corrupt($"The JPEG has more than {MostTables} Huffman tables.");
            }

            if (kind > 1 || slot > 3 || symbols > 256 || body.Length < 17 + symbols)
            {
                throw Corrupt("A Huffman table of the JPEG is malformed.");
            }

            (kind == 0 ? _dc : _ac)[slot] = new JpegHuffman(body[1..17], body.Slice(17, symbols));
            body = body[(17 + symbols)..];
        }
    }

    private void Scan(ReadOnlySpan<byte> body, int dataStart)
    {
        if (++_scans > MostScans)
        {
            throw Corrupt($"The JPEG has more than {MostScans} scans.");
        }

        int count = body.Length == 0 ? 0 : body[0];
        if (count is 0 or > 4 || body.Length < 4 + (2 * count))
        {
            throw Corrupt("The JPEG's scan header is malformed.");
        }

        var (spectralStart, approximationHigh) = (body[1 + (2 * count)], body[3 + (2 * count)] >> 4);
        if (_progressive && (spectralStart != 0 || approximationHigh != 0))
        {
            return;
        }

        var parts = new (JpegHuffman Dc, JpegHuffman? Ac, int Blocks)[count];
        var (maxH, maxV) = (1, 1);
        foreach (var component in _components)
        {
            (maxH, maxV) = (Math.Max(maxH, component.H), Math.Max(maxV, component.V));
        }

        var units = Ceiling(_width, 8 * maxH) * Ceiling(_height, 8 * maxV);
        for (var i = 0; i < count; i++)
        {
            var id = body[1 + (2 * i)];
            var found = Array.FindIndex(_components, component => component.Id == id);
            if (found < 0)
            {
                throw Corrupt($"A scan of the JPEG names component {id}, which its frame has not.");
            }

            var (_, h, v) = _components[found];
            var tables = body[2 + (2 * i)];
            var dc = (tables >> 4) < 4 ? _dc[tables >> 4] : null;
            var ac = (tables & 15) < 4 ? _ac[tables & 15] : null;
            parts[i] = (dc ?? throw Corrupt("A scan of the JPEG uses a Huffman table that it has not."), ac, count == 1 ? 1 : h * v);
            if (!_progressive && ac is null)
            {
                throw Corrupt("A scan of the JPEG uses a Huffman table that it has not.");
            }

            if (count == 1)
            {
                units = Ceiling(Ceiling(_width * h, maxH), 8) * Ceiling(Ceiling(_height * v, maxV), 8);
            }
        }

        Count(parts, units, dataStart);
        _checkedScans++;
    }

    private readonly void Count((JpegHuffman Dc, JpegHuffman? Ac, int Blocks)[] parts, long units, int dataStart)
    {
        var bits = new JpegBits(_bytes, dataStart);
        for (var unit = 0L; unit < units; unit++)
        {
            if (_restartInterval > 0 && unit > 0 && unit % _restartInterval == 0)
            {
                var marker = bits.Position;
                if (marker + 1 >= _bytes.Length || _bytes[marker] != 0xFF || _bytes[marker + 1] is < 0xD0 or > 0xD7)
                {
                    throw Ends(unit, units);
                }

                bits.Restart(marker + 2);
            }

            foreach (var (dc, ac, blocks) in parts)
            {
                for (var block = 0; block < blocks; block++)
                {
                    if (!Block(ref bits, dc, _progressive ? null : ac))
                    {
                        throw Ends(unit, units);
                    }
                }
            }
        }

        // What is left before the next marker must be padding.
        var left = bits.UnusedBytes;
        for (var at = bits.Position; at + 1 < _bytes.Length && (_bytes[at] != 0xFF || _bytes[at + 1] == 0) && left <= LeftOverLimit; at++)
        {
            left++;
        }

        if (left > LeftOverLimit)
        {
            throw Corrupt($"The JPEG has pixels beyond the {_width}x{_height} that its header says.");
        }
    }

    private static bool Block(ref JpegBits bits, JpegHuffman dc, JpegHuffman? ac)
    {
        var size = dc.Read(ref bits);
        if (size is < 0 or > 15 || !bits.Skip(size))
        {
            return false;
        }

        for (var k = 1; ac is not null && k < 64; k++)
        {
            var symbol = ac.Read(ref bits);
            if (symbol < 0 || !bits.Skip(symbol & 15))
            {
                return false;
            }

            if ((symbol & 15) == 0 && symbol >> 4 != 15)
            {
                break;
            }

            k += symbol >> 4;
        }

        return true;
    }

    private readonly ImageFormatException Ends(long unit, long units) =>
        Truncated($"The JPEG says {_width}x{_height} pixels, but its data ends or breaks in unit {unit} of {units}.");

    private static long Ceiling(long value, long by) => (value + by - 1) / by;

    private static ImageFormatException Truncated(string message) => new(ImageRefusal.Truncated, message);

    private static ImageFormatException Corrupt(string message) => new(ImageRefusal.Corrupt, message);
}
