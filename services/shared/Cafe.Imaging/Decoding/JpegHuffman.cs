namespace Cafe.Imaging.Decoding;

/// <summary>A JPEG Huffman table as a lookup over 16 bits: symbol and code length of every prefix.</summary>
internal sealed class JpegHuffman
{
    private const int Longest = 16;
    private readonly byte[] _symbols = new byte[1 << Longest];
    private readonly byte[] _lengths = new byte[1 << Longest];

    /// <param name="counts">Codes of each length 1 to 16.</param>
    /// <param name="symbols">Symbols in code order.</param>
    public JpegHuffman(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        var (next, number) = (0, 0);
        for (var length = 1; length <= Longest; length++)
        {
            for (var i = 0; i < counts[length - 1]; i++)
            {
                var span = 1 << (Longest - length);
                if (next + span > 1 << Longest)
                {
                    throw new ImageFormatException(ImageRefusal.Corrupt, "A Huffman table of the JPEG has more codes than fit.");
                }

                _symbols.AsSpan(next, span).Fill(symbols[number++]);
                _lengths.AsSpan(next, span).Fill((byte)length);
                next += span;
            }
        }
    }

    /// <summary>The next symbol, or -1 where the data ends or no code matches.</summary>
    public int Read(ref JpegBits bits)
    {
        var prefix = bits.Peek(Longest, out var available);
        int length = _lengths[prefix];
        return length == 0 || length > available || !bits.Skip(length) ? -1 : _symbols[prefix];
    }
}
