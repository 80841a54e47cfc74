namespace Cafe.Imaging.Decoding;

/// <summary>Bits of a JPEG's entropy-coded data: stuffed zeros removed, ended by any marker.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> bytes, int at)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private ulong _held;
    private int _count;

    /// <summary>The next byte that was not taken into the held bits; a marker's 0xFF once the data has ended.</summary>
    public int Position { get; private set; } = at;

    /// <summary>Whole bytes that are held but not used.</summary>
    public readonly int UnusedBytes => _count / 8;

    /// <summary>The next bits without using them up, zeros past the end; <paramref name="available"/> says how many are real.</summary>
    public int Peek(int bits, out int available)
    {
        Fill(bits);
        available = Math.Min(bits, _count);
        return _count >= bits ? (int)((_held >> (_count - bits)) & ((1u << bits) - 1)) : (int)((_held << (bits - _count)) & ((1u << bits) - 1));
    }

    /// <summary>Uses bits up; false where the data ends before them.</summary>
    public bool Skip(int bits)
    {
        Fill(bits);
        if (_count < bits)
        {
            return false;
        }

        _count -= bits;
        _held &= (1UL << _count) - 1;
        return true;
    }

    /// <summary>Drops held bits and begins anew.</summary>
    public void Restart(int at)
    {
        (_held, _count, Position) = (0, 0, at);
    }

    private void Fill(int bits)
    {
        while (_count < bits && Position < _bytes.Length)
        {
            var value = _bytes[Position];
            if (value != 0xFF)
            {
                Position++;
            }
            else if (Position + 1 < _bytes.Length && _bytes[Position + 1] == 0)
            {
                Position += 2;
            }
            else
            {
                return;
            }

            _held = (_held << 8) | value;
            _count += 8;
        }
    }
}
