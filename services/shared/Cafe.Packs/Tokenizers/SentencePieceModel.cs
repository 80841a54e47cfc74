using System.Buffers.Binary;
using System.Text;

namespace Cafe.Packs.Tokenizers;

/// <summary>
/// A tokenizer.model file of SentencePiece: the pieces with their scores, and the settings that Llama's tokenizers use. Settings that
/// would change ids and are not implemented are refused by name.
/// </summary>
public sealed class SentencePieceModel
{
    /// <summary>Largest file that is read, in bytes (Llama 2's is 0.5 MB).</summary>
    public const long MaxBytes = 64L << 20;

    private const int MaxPieces = 1 << 20;
    private const int BytePairEncoding = 2;

    private readonly List<string> _texts = [];
    private readonly List<float> _scores = [];
    private readonly List<PieceKind> _kinds = [];

    private SentencePieceModel()
    {
    }

    /// <summary>Number of pieces, which is the vocabulary's size.</summary>
    public int Count => _texts.Count;

    /// <summary>Whether characters outside the vocabulary become bytes.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddDummyPrefix { get; private set; } = true;

    /// <summary>The piece for what the vocabulary lacks.</summary>
    public int UnknownId { get; private set; } = -1;

    /// <summary>The id of each byte's piece; empty without byte fallback.</summary>
    internal int[] ByteIds { get; private set; } = [];

    /// <summary>A piece's text; U+2581 stands for a space.</summary>
    public string Text(int id) => _texts[id];

    /// <summary>A piece's score; merges with higher scores come first.</summary>
    public float Score(int id) => _scores[id];

    /// <summary>What a piece is.</summary>
    public PieceKind Kind(int id) => _kinds[id];

    /// <summary>Reads a tokenizer.model file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or needs something that is not implemented.</exception>
    public static SentencePieceModel Read(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > MaxBytes)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)}: {length} bytes is over the limit of {MaxBytes} for a tokenizer model.");
        }

        return Parse(File.ReadAllBytes(path));
    }

    /// <summary>Reads the bytes of a tokenizer.model file.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or need something that is not implemented.</exception>
    public static SentencePieceModel Parse(ReadOnlySpan<byte> bytes)
    {
        var model = new SentencePieceModel();
        var modelType = 1; // the format's default, unigram
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    model.AddPiece(reader.Bytes());
                    break;
                case 2:
                    modelType = model.ReadTrainer(reader.Bytes());
                    break;
                case 3:
                    model.ReadNormalizer(reader.Bytes());
                    break;
            }
        }

        if (modelType != BytePairEncoding)
        {
            throw new InvalidDataException($"tokenizer model: model_type {modelType} is not supported, only {BytePairEncoding} (BPE).");
        }

        model.Finish();
        return model;
    }

    private void AddPiece(ReadOnlySpan<byte> bytes)
    {
        string? text = null;
        var score = 0f;
        var kind = PieceKind.Normal;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = Encoding.UTF8.GetString(reader.Bytes());
                    break;
                case 2:
                    score = reader.Single();
                    break;
                case 3:
                    kind = (PieceKind)reader.Varint();
                    break;
            }
        }

        if (string.IsNullOrEmpty(text))
        {
            throw new InvalidDataException($"tokenizer model: piece {Count} has no text.");
        }

        if (!Enum.IsDefined(kind) || kind == PieceKind.Unused)
        {
            throw new InvalidDataException($"tokenizer model: piece {Count} has type {kind}, which is not supported.");
        }

        if (float.IsNaN(score))
        {
            throw new InvalidDataException($"tokenizer model: piece {Count} has no number as its score.");
        }

        if (Count == MaxPieces)
        {
            throw new InvalidDataException($"tokenizer model: more than {MaxPieces} pieces.");
        }

        _texts.Add(text);
        _scores.Add(score);
        _kinds.Add(kind);
    }

    private int ReadTrainer(ReadOnlySpan<byte> bytes)
    {
        var modelType = 1;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    modelType = (int)reader.Varint();
                    break;
                case 24 when reader.Varint() != 0:
                    throw new InvalidDataException("tokenizer model: treat_whitespace_as_suffix is not supported.");
                case 35:
                    ByteFallback = reader.Varint() != 0;
                    break;
            }
        }

        return modelType;
    }

    private void ReadNormalizer(ReadOnlySpan<byte> bytes)
    {
        var removeExtraWhitespaces = true; // the format's defaults
        var escapeWhitespaces = true;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2 when reader.Bytes().Length > 0:
                    throw new InvalidDataException("tokenizer model: a precompiled_charsmap is not supported, only the identity.");
                case 3:
                    AddDummyPrefix = reader.Varint() != 0;
                    break;
                case 4:
                    removeExtraWhitespaces = reader.Varint() != 0;
                    break;
                case 5:
                    escapeWhitespaces = reader.Varint() != 0;
                    break;
            }
        }

        if (removeExtraWhitespaces)
        {
            throw new InvalidDataException("tokenizer model: remove_extra_whitespaces = true is not supported.");
        }

        if (!escapeWhitespaces)
        {
            throw new InvalidDataException("tokenizer model: escape_whitespaces = false is not supported.");
        }
    }

    private void Finish()
    {
        UnknownId = _kinds.IndexOf(PieceKind.Unknown);
        if (UnknownId < 0)
        {
            throw new InvalidDataException("tokenizer model: there is no piece of type unknown.");
        }

        if (!ByteFallback)
        {
            return;
        }

        ByteIds = new int[256];
        Array.Fill(ByteIds, -1);
        for (var id = 0; id < Count; id++)
        {
            if (_kinds[id] == PieceKind.Byte)
            {
                ByteIds[ByteOf(id)] = id;
            }
        }

        var missing = Array.IndexOf(ByteIds, -1);
        if (missing >= 0)
        {
            throw new InvalidDataException($"tokenizer model: byte_fallback without the piece <0x{missing:X2}>.");
        }
    }

    /// <summary>The byte that a piece of kind <see cref="PieceKind.Byte"/> stands for.</summary>
    internal byte ByteOf(int id)
    {
        var text = _texts[id];
        return text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
            && byte.TryParse(text.AsSpan(3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value)
            ? value
            : throw new InvalidDataException($"tokenizer model: piece {id} is of type byte, but its text is '{text}'.");
    }

    /// <summary>The protobuf wire format, just what the file needs; every length is checked before it is used.</summary>
    private ref struct WireReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private int _wire;
        private ulong _varint;
        private ReadOnlySpan<byte> _payload;

        public int Field { get; private set; }

        public bool Next()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var tag = ReadVarint();
            if (tag >> 3 is 0 or > int.MaxValue)
            {
                throw Damaged("a field number");
            }

            (Field, _wire) = ((int)(tag >> 3), (int)(tag & 7));
            _payload = default;
            switch (_wire)
            {
                case 0:
                    _varint = ReadVarint();
                    break;
                case 1:
                    _payload = Take(8);
                    break;
                case 2:
                    _payload = Take(ReadVarint());
                    break;
                case 5:
                    _payload = Take(4);
                    break;
                default:
                    throw Damaged($"wire type {_wire}");
            }

            return true;
        }

        public readonly ulong Varint() => _wire == 0 ? _varint : throw Damaged($"the type of field {Field}");

        public readonly ReadOnlySpan<byte> Bytes() => _wire == 2 ? _payload : throw Damaged($"the type of field {Field}");

        public readonly float Single() => _wire == 5
            ? BinaryPrimitives.ReadSingleLittleEndian(_payload)
            : throw Damaged($"the type of field {Field}");

        private static InvalidDataException Damaged(string what) => new($"tokenizer model: damaged ({what}).");

        private ReadOnlySpan<byte> Take(ulong count)
        {
            if (count > (ulong)_rest.Length)
            {
                throw Damaged($"a length of {count} with {_rest.Length} bytes left");
            }

            var taken = _rest[..(int)count];
            _rest = _rest[(int)count..];
            return taken;
        }

        private ulong ReadVarint()
        {
            ulong value = 0;
            for (var i = 0; i < Math.Min(10, _rest.Length); i++)
            {
                value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
                if (_rest[i] < 0x80)
                {
                    _rest = _rest[(i + 1)..];
                    return value;
                }
            }

            throw Damaged("a number");
        }
    }
}
