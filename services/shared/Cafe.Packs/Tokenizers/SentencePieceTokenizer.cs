using System.Text;

namespace Cafe.Packs.Tokenizers;

/// <summary>
/// Llama's tokenizer: byte-pair encoding over a SentencePiece model with byte fallback. Text never becomes a control piece, whatever it
/// spells: markers such as begin of sequence are ids that the caller adds.
/// </summary>
public sealed class SentencePieceTokenizer
{
    /// <summary>SentencePiece's stand-in for a space, U+2581.</summary>
    internal const char Space = '\u2581';

    // Of a Llama's 32,000 pieces these are the function words and syllables; a small vocabulary has fewer of them.
    private const int CommonPieces = 512;
    private const int CommonShare = 6;

    private readonly SentencePieceModel _model;
    private readonly Dictionary<string, int> _mergeable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly HashSet<int> _common;

    // Pieces that the model's author declared, by first letter, the longest first: they are found before anything is merged, and stay whole.
    private readonly Dictionary<char, string[]> _declared;

    /// <summary>A tokenizer over a model that was read.</summary>
    public SentencePieceTokenizer(SentencePieceModel model)
    {
        _model = model;
        for (var id = 0; id < model.Count; id++)
        {
            // No control pieces: this is what keeps "</s>" in a user's text from ending the sequence.
            if (model.Kind(id) is PieceKind.Normal or PieceKind.UserDefined)
            {
                _mergeable.TryAdd(model.Text(id), id);
            }
        }

        var normal = Enumerable.Range(0, model.Count).Where(id => model.Kind(id) == PieceKind.Normal).OrderByDescending(model.Score).ToList();
        _common = [.. normal.Take(Math.Min(CommonPieces, normal.Count / CommonShare))];
        _lookup = _mergeable.GetAlternateLookup<ReadOnlySpan<char>>();
        _declared = Enumerable.Range(0, model.Count)
            .Where(id => model.Kind(id) == PieceKind.UserDefined)
            .Select(model.Text)
            .GroupBy(text => text[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(text => text.Length).ToArray());
    }

    /// <summary>Number of ids.</summary>
    public int Count => _model.Count;

    /// <summary>The model behind it.</summary>
    public SentencePieceModel Model => _model;

    /// <summary>Reads a tokenizer.model file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or needs something that is not implemented.</exception>
    public static SentencePieceTokenizer Read(string path) => new(SentencePieceModel.Read(path));

    /// <summary>An id's piece begins with a space. The id is one of the vocabulary's.</summary>
    public bool BeginsWord(int id) => _model.Text(id).StartsWith(Space);

    /// <summary>An id's piece is one of those that were merged first when the model was made, the commonest of its language: the first sixth, 512 at most.</summary>
    public bool IsCommon(int id) => _common.Contains(id);

    /// <summary>Text to ids, without begin of sequence. Empty text gives no ids.</summary>
    public List<int> Encode(string text)
    {
        var ids = new List<int>((text.Length / 3) + 2);
        if (text.Length == 0)
        {
            return ids;
        }

        var normalized = Normalize(text);
        var symbols = Merge(normalized);
        var afterUnknown = false;
        for (var i = 0; i >= 0; i = symbols[i].Next)
        {
            var piece = normalized.AsSpan(symbols[i].Start, symbols[i].Length);
            if (_lookup.TryGetValue(piece, out var id))
            {
                ids.Add(id);
                afterUnknown = false;
            }
            else if (_model.ByteFallback)
            {
                AddBytes(piece, ids);
            }
            else if (!afterUnknown)
            {
                ids.Add(_model.UnknownId); // a run of unknown characters is one unknown piece
                afterUnknown = true;
            }
        }

        return ids;
    }

    /// <summary>Ids to text, all at once. Bytes that form no character become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        var decoder = new SentencePieceStreamDecoder(this);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            text.Append(decoder.Append(id));
        }

        return text.Append(decoder.Finish()).ToString();
    }

    private string Normalize(string text)
    {
        var normalized = new StringBuilder(text.Length + 1);
        if (_model.AddDummyPrefix)
        {
            normalized.Append(Space);
        }

        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes()) // lone surrogates become U+FFFD
        {
            if (rune.Value == ' ')
            {
                normalized.Append(Space);
            }
            else
            {
                normalized.Append(units[..rune.EncodeToUtf16(units)]);
            }
        }

        return normalized.ToString();
    }

    /// <summary>
    /// Joins neighbours while any pair spells a piece: the best score first, the leftmost among equals. Symbols are a linked list over
    /// the text, candidates wait in a heap, and one whose symbols changed meanwhile is dropped when it surfaces: O(n log n).
    /// </summary>
    private Symbol[] Merge(string text)
    {
        var symbols = new Symbol[text.Length];
        var count = 0;
        for (var at = 0; at < text.Length; count++)
        {
            var declared = Declared(text.AsSpan(at));
            var length = declared > 0 ? declared : char.IsHighSurrogate(text[at]) ? 2 : 1;
            symbols[count] = new Symbol { Start = at, Length = length, Previous = count - 1, Next = at + length < text.Length ? count + 1 : -1, Whole = declared > 0 };
            at += length;
        }

        var heap = new PriorityQueue<Candidate, (float, int)>();
        void Offer(int left)
        {
            if (left < 0 || symbols[left].Next is var right && right < 0 || symbols[left].Whole || symbols[right].Whole)
            {
                return;
            }

            var length = symbols[left].Length + symbols[right].Length;
            if (_lookup.TryGetValue(text.AsSpan(symbols[left].Start, length), out var id))
            {
                heap.Enqueue(new Candidate(left, right, length), (-_model.Score(id), left));
            }
        }

        for (var i = 0; i < count - 1; i++)
        {
            Offer(i);
        }

        while (heap.TryDequeue(out var best, out _))
        {
            ref var left = ref symbols[best.Left];
            ref var right = ref symbols[best.Right];
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != best.Length || left.Next != best.Right)
            {
                continue;
            }

            left.Length = best.Length;
            left.Next = right.Next;
            right.Length = 0;
            if (left.Next >= 0)
            {
                symbols[left.Next].Previous = best.Left;
            }

            Offer(left.Previous);
            Offer(best.Left);
        }

        return symbols;
    }

    // Length of the longest declared piece that the text begins with; 0 for none.
    private int Declared(ReadOnlySpan<char> text)
    {
        foreach (var piece in _declared.GetValueOrDefault(text[0], []))
        {
            if (text.StartsWith(piece, StringComparison.Ordinal))
            {
                return piece.Length;
            }
        }

        return 0;
    }

    private void AddBytes(ReadOnlySpan<char> piece, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[4]; // an unmerged symbol is one character
        var written = Encoding.UTF8.GetBytes(piece, utf8);
        foreach (var value in utf8[..written])
        {
            ids.Add(_model.ByteIds[value]);
        }
    }

    private struct Symbol
    {
        public int Start;
        public int Length;
        public int Previous;
        public int Next;
        public bool Whole;
    }

    private readonly record struct Candidate(int Left, int Right, int Length);
}
