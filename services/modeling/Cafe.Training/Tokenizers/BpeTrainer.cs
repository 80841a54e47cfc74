using System.Text;

namespace Cafe.Training.Tokenizers;

/// <summary>
/// Learns byte-pair merges from text: again and again the most frequent pair of neighbours within a word becomes a piece. Words begin
/// at spaces (a piece may begin with one, never hold one inside); digits stand alone; letters and other signs do not mix. The same text
/// gives the same vocabulary.
/// </summary>
public sealed class BpeTrainer
{
    private const string Space = "\u2581";
    private readonly BpeTrainerOptions _options;

    private BpeTrainer(BpeTrainerOptions options) => _options = options;

    /// <summary>Learns a vocabulary.</summary>
    /// <param name="lines">The text; a space is put before each line, as the encoder does.</param>
    /// <param name="options">Its size and form.</param>
    /// <exception cref="InvalidDataException">The text has no character.</exception>
    public static BpeVocabulary Train(IEnumerable<string> lines, BpeTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new BpeTrainer(options).Learn(lines);
    }

    private BpeVocabulary Learn(IEnumerable<string> lines)
    {
        var words = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in lines.SelectMany(Words))
        {
            words[word] = words.GetValueOrDefault(word) + 1;
        }

        var characters = Characters(words);
        var known = characters.ToHashSet(StringComparer.Ordinal);
        var merger = new PairMerger(_options.LongestPiece);
        foreach (var (word, count) in words.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            merger.Add(word.EnumerateRunes().Select(rune => known.Contains(rune.ToString()) ? rune.ToString() : null), count);
        }

        // The same text by other parts is the same piece.
        var merged = merger.Merges().Select(merge => merge.Left + merge.Right).Distinct().Take(_options.VocabSize - 259 - characters.Count).ToList();
        return new BpeVocabulary(merged, characters);
    }

    /// <summary>" Hello, 42" becomes "▁Hello", ",", "▁", "4", "2".</summary>
    private static IEnumerable<string> Words(string line)
    {
        var word = new StringBuilder();
        var last = -1;
        foreach (var rune in (Space + line.Replace(" ", Space, StringComparison.Ordinal)).EnumerateRunes())
        {
            var kind = rune.Value == Space[0] ? 0 : Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark ? 1 : Rune.IsDigit(rune) ? 2 : 3;

            // A space begins a word and joins letters or signs after it; a digit is always alone.
            if (word.Length > 0 && (kind is 0 or 2 || last == 2 || (last != 0 && kind != last)))
            {
                yield return word.ToString();
                word.Clear();
            }

            word.Append(rune.ToString());
            last = kind;
        }

        yield return word.ToString();
    }

    /// <summary>The most frequent characters that cover the share asked for; the space always.</summary>
    private List<string> Characters(Dictionary<string, long> words)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in words)
        {
            foreach (var rune in word.EnumerateRunes())
            {
                counts[rune.ToString()] = counts.GetValueOrDefault(rune.ToString()) + count;
            }
        }

        if (counts.Count <= 1)
        {
            throw new InvalidDataException("The text to learn a vocabulary from has no character.");
        }

        var (covered, all) = (0L, counts.Values.Sum());
        var chosen = new List<string>();
        foreach (var (character, count) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (covered >= _options.CharacterCoverage * all && character != Space)
            {
                continue;
            }

            if (chosen.Count < _options.VocabSize - 259)
            {
                chosen.Add(character);
            }

            covered += count;
        }

        return chosen;
    }
}
