using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cafe.Packs.Tokenizers;

/// <summary>
/// CLIP's tokenizer: lower case, words split as CLIP splits them, byte-level byte-pair encoding with <c>&lt;/w&gt;</c> at the end of a
/// word. Text never becomes the begin or end marker, whatever it spells.
/// </summary>
public sealed class ClipTokenizer
{
    private const string Begin = "<|startoftext|>";
    private const string End = "<|endoftext|>";
    private const string WordEnd = "</w>";
    private const long MaxFileBytes = 64L << 20;

    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    private static readonly char[] ByteCharacters = MapBytes();

    private readonly Dictionary<string, int> _vocab;
    private readonly Dictionary<(string, string), int> _ranks;
    private readonly int _begin;
    private readonly int _end;

    /// <summary>A tokenizer over a vocabulary and its merges, best first.</summary>
    /// <exception cref="InvalidDataException">A marker is missing, or a merge names a piece that the vocabulary lacks.</exception>
    public ClipTokenizer(IReadOnlyDictionary<string, int> vocab, IReadOnlyList<(string Left, string Right)> merges)
    {
        _vocab = new Dictionary<string, int>(vocab, StringComparer.Ordinal);
        _begin = Marker(Begin);
        _end = Marker(End);
        _ranks = new Dictionary<(string, string), int>(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            if (!_vocab.ContainsKey(left + right))
            {
                throw new InvalidDataException($"merges.txt: merge {rank} ('{left}' '{right}') gives a piece that vocab.json lacks.");
            }

            _ranks.TryAdd((left, right), rank);
        }
    }

    /// <summary>Id of the end marker, which is the padding too.</summary>
    public int EndId => _end;

    /// <summary>The highest id of any piece.</summary>
    public int HighestId => _vocab.Values.Max();

    /// <summary>Reads vocab.json and merges.txt.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or over 64 MiB.</exception>
    public static ClipTokenizer Read(string vocabPath, string mergesPath)
    {
        foreach (var path in new[] { vocabPath, mergesPath })
        {
            if (new FileInfo(path).Length > MaxFileBytes)
            {
                throw new InvalidDataException($"{Path.GetFileName(path)}: over the limit of {MaxFileBytes} bytes.");
            }
        }

        return Parse(File.ReadAllBytes(vocabPath), File.ReadAllBytes(mergesPath));
    }

    /// <summary>Reads the bytes of vocab.json and merges.txt.</summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static ClipTokenizer Parse(ReadOnlySpan<byte> vocabJson, ReadOnlySpan<byte> mergesText)
    {
        Dictionary<string, int> vocab;
        try
        {
            vocab = JsonSerializer.Deserialize<Dictionary<string, int>>(vocabJson)
                ?? throw new InvalidDataException("vocab.json: null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"vocab.json: {exception.Message}", exception);
        }

        var merges = new List<(string, string)>();
        var line = 0;
        using var lines = new StringReader(Encoding.UTF8.GetString(mergesText).TrimStart('\uFEFF'));
        while (lines.ReadLine() is { } text)
        {
            line++;
            if (text.Length == 0 || line == 1 && text.StartsWith("#version", StringComparison.Ordinal))
            {
                continue;
            }

            var parts = text.Split(' ');
            if (parts.Length != 2)
            {
                throw new InvalidDataException($"merges.txt, line {line}: expected two pieces, found {parts.Length}.");
            }

            merges.Add((parts[0], parts[1]));
        }

        return new ClipTokenizer(vocab, merges);
    }

    /// <summary>Text to exactly <paramref name="positions"/> ids; a longer text loses its tail.</summary>
    /// <param name="text">Any text; empty text is begin and end alone.</param>
    /// <param name="positions">The tower's positions, at least 2; 77 for every published CLIP.</param>
    public ClipTokens Encode(string text, int positions = 77)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 2);
        var ids = new List<long>(positions) { _begin };
        foreach (var word in Words(Normalize(text)))
        {
            if (ids.Count >= positions - 1)
            {
                break;
            }

            EncodeWord(word, ids);
        }

        var length = Math.Min(ids.Count, positions - 1);
        var padded = new long[positions];
        var mask = new long[positions];
        Array.Fill(padded, _end);
        Array.Fill(mask, 1, 0, length + 1);
        ids.CopyTo(0, padded, 0, length);
        return new ClipTokens(padded, mask);
    }

    private static string Normalize(string text)
    {
        var lower = new StringBuilder(text.Length);
        foreach (var rune in CanonicalForms.Compose(text).EnumerateRunes())
        {
            // Full case mapping: the one letter whose lower case is longer than itself.
            lower.Append(rune.Value == 0x130 ? "i\u0307" : Rune.ToLowerInvariant(rune).ToString());
        }

        return lower.ToString();
    }

    /// <summary>Contractions, runs of letters, single digits, runs of anything else; white space separates and is dropped.</summary>
    private static IEnumerable<string> Words(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            var length = Contraction(rest);
            if (length == 0)
            {
                length = Run(rest, out var isSpace);
                if (isSpace)
                {
                    at += length;
                    continue;
                }
            }

            yield return text.Substring(at, length);
            at += length;
        }
    }

    private static int Contraction(ReadOnlySpan<char> text)
    {
        foreach (var contraction in Contractions)
        {
            if (text.StartsWith(contraction, StringComparison.Ordinal))
            {
                return contraction.Length;
            }
        }

        return 0;
    }

    private static int Run(ReadOnlySpan<char> text, out bool isSpace)
    {
        var first = ClassAt(text, out var length);
        isSpace = first == CharacterClass.Space;
        while (first != CharacterClass.Number && length < text.Length && ClassAt(text[length..], out var next) == first)
        {
            length += next;
        }

        return length;
    }

    private static CharacterClass ClassAt(ReadOnlySpan<char> text, out int length)
    {
        Rune.DecodeFromUtf16(text, out var rune, out length);
        if (Rune.IsWhiteSpace(rune))
        {
            return CharacterClass.Space;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
            _ => CharacterClass.Other,
        };
    }

    /// <summary>The alphabet's 256 characters, in the order in which published vocabularies number them.</summary>
    public static IReadOnlyList<string> Alphabet { get; } = [.. ByteCharacters.Order().Select(letter => letter.ToString())];

    /// <summary>A text's words as the single characters that merging starts from: what a vocabulary is learned on.</summary>
    public static IEnumerable<IReadOnlyList<string>> Unmerged(string text) => Words(Normalize(text)).Select(Symbols);

    private static List<string> Symbols(string word)
    {
        List<string> symbols = [.. Encoding.UTF8.GetBytes(word).Select(value => ByteCharacters[value].ToString())];
        symbols[^1] += WordEnd;
        return symbols;
    }

    private void EncodeWord(string word, List<long> ids)
    {
        var pieces = Symbols(word);
        while (BestPair(pieces) is { } best)
        {
            // Every occurrence of the best pair, left to right, as the reference does.
            var merged = new List<string>(pieces.Count);
            for (var i = 0; i < pieces.Count; i++)
            {
                if (i + 1 < pieces.Count && (pieces[i], pieces[i + 1]) == best)
                {
                    merged.Add(pieces[i] + pieces[++i]);
                }
                else
                {
                    merged.Add(pieces[i]);
                }
            }

            pieces = merged;
        }

        foreach (var piece in pieces)
        {
            ids.Add(_vocab.GetValueOrDefault(piece, _end)); // CLIP's unknown piece is its end marker
        }
    }

    private (string, string)? BestPair(List<string> pieces)
    {
        (string, string)? best = null;
        var bestRank = int.MaxValue;
        for (var i = 0; i + 1 < pieces.Count; i++)
        {
            if (_ranks.TryGetValue((pieces[i], pieces[i + 1]), out var rank) && rank < bestRank)
            {
                (best, bestRank) = ((pieces[i], pieces[i + 1]), rank);
            }
        }

        return best;
    }

    private int Marker(string text) => _vocab.TryGetValue(text, out var id) ? id : throw new InvalidDataException($"vocab.json: lacks '{text}'.");

    /// <summary>Byte-level BPE's alphabet: printable Latin-1 bytes stand for themselves, the other 68 for U+0100 onwards.</summary>
    private static char[] MapBytes()
    {
        var map = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            map[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : (char)next++;
        }

        return map;
    }

    private enum CharacterClass
    {
        Letter,
        Number,
        Other,
        Space,
    }
}
