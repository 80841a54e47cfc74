using System.Buffers;
using System.Text;

namespace Cafe.Packs.Tokenizers;

/// <summary>
/// Turns a stream of ids into text that never retracts: a character comes out when its last byte is in, and the concatenation of all
/// that came out is the text of the whole. One per stream; not thread-safe.
/// </summary>
public sealed class SentencePieceStreamDecoder(SentencePieceTokenizer tokenizer)
{
    private readonly SentencePieceModel _model = tokenizer.Model;
    private readonly byte[] _pending = new byte[4];
    private int _pendingCount;
    private bool _started;

    /// <summary>Bytes of a character that is not complete yet, 0 to 3.</summary>
    public int PendingBytes => _pendingCount;

    /// <summary>Adds one id; answers the characters that are complete now, which may be none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is outside the vocabulary.</exception>
    public string Append(int id)
    {
        if ((uint)id >= (uint)_model.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"A token id is 0 to {_model.Count - 1}.");
        }

        switch (_model.Kind(id))
        {
            case PieceKind.Byte:
                _started = true;
                return AppendByte(_model.ByteOf(id));
            case PieceKind.Control:
                return Finish();
            case PieceKind.Unknown:
                _started = true;
                return Finish() + " \u2047 "; // SentencePiece's surface of the unknown piece
            default:
                return Finish() + Surface(_model.Text(id));
        }
    }

    /// <summary>Ends the stream: bytes that still wait will never be a character and become U+FFFD, one each.</summary>
    public string Finish()
    {
        if (_pendingCount == 0)
        {
            return "";
        }

        var text = new string('\uFFFD', _pendingCount);
        _pendingCount = 0;
        return text;
    }

    private string Surface(string piece)
    {
        var skip = 0;
        if (!_started && _model.AddDummyPrefix && piece[0] == SentencePieceTokenizer.Space)
        {
            skip = 1; // the space that encoding put before the text
        }

        _started = true;
        return piece[skip..].Replace(SentencePieceTokenizer.Space, ' ');
    }

    private string AppendByte(byte value)
    {
        _pending[_pendingCount++] = value;
        var text = new StringBuilder();
        while (_pendingCount > 0)
        {
            var status = Rune.DecodeFromUtf8(_pending.AsSpan(0, _pendingCount), out var rune, out var used);
            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            if (status == OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                used = 1; // as SentencePiece: one U+FFFD for each byte that starts no character
                text.Append('\uFFFD');
            }

            _pending.AsSpan(used, _pendingCount - used).CopyTo(_pending);
            _pendingCount -= used;
        }

        return text.ToString();
    }
}
