using Cafe.Inference.Language;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;

namespace Cafe.Assistant.Replies;

/// <summary>The words of a user's turns, as a reply may repeat them.</summary>
/// <param name="tokenizer">The pack's.</param>
/// <param name="naming">How a reply names what the user named.</param>
internal sealed class RepeatableWords(SentencePieceTokenizer tokenizer, Naming naming)
{
    // A word by itself begins with a space, as in a sentence, whether the tokenizer puts one there or not.
    private readonly string _space = tokenizer.Model.AddDummyPrefix ? "" : " ";

    private readonly HashSet<string> _stopWords = [.. naming.StopWords];

    /// <summary>
    /// The bias towards them: as they are written and in lower case, without the punctuation around them, at which a reply's sentence would end, and with what a reply says in place of the user's words
    /// ("your" for "my").
    /// </summary>
    /// <param name="turns">What the user said.</param>
    /// <param name="bias">In logits, above 0.</param>
    public CopyBias Bias(IEnumerable<string> turns, double bias)
    {
        CopySource[] sources = [.. turns.SelectMany(Sources)];
        var place = new NamePlace(sources, [.. naming.Leads.Values.Distinct().Select(Encode)], naming.Unnamed is { } unnamed ? Encode(unnamed) : [], tokenizer.BeginsWord);
        return new CopyBias(sources, place, tokenizer.BeginsWord, tokenizer.IsCommon, bias);
    }

    private IEnumerable<CopySource> Sources(string turn)
    {
        UserWord[] words = [.. turn.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(UserWord.Of).Where(word => word.Text.Length > 0)];
        UserWord[] lower = [.. words.Select(word => word with { Text = word.Lower })];
        UserWord[][] forms = words.SequenceEqual(lower) ? [words] : [words, lower];
        return forms.Select(Source);
    }

    private CopySource Source(UserWord[] words)
    {
        var (ids, leads, led, stops, names) = (new List<int>(), new HashSet<int>(), new HashSet<int>(), new HashSet<int>(), new List<int>());
        // The first thing that a turn speaks of is its subject: in "the parrot for my wall" the wall is not.
        var (first, behindLead, inName) = (true, false, false);
        foreach (var word in words)
        {
            var lead = naming.Leads.GetValueOrDefault(word.Lower);
            var pieces = Encode(lead ?? word.Text);
            var positions = Enumerable.Range(ids.Count, pieces.Count);
            var stop = _stopWords.Contains(word.Lower);
            inName = lead is null && !stop && (behindLead || (inName && !word.BeginsPhrase && !IsCommon(pieces)));
            if (lead is not null)
            {
                leads.UnionWith(positions);
            }
            else if (stop)
            {
                stops.UnionWith(positions);
            }
            else
            {
                names.Add(ids.Count);
            }

            if (inName)
            {
                led.UnionWith(positions);
            }

            ids.AddRange(pieces);
            (behindLead, inName) = (lead is not null && first, inName && !word.EndsPhrase);
            first &= lead is null && !naming.Determiners.Contains(word.Lower);
        }

        return new CopySource(ids) { Leads = leads, Led = led, Stops = stops, Names = names };
    }

    private bool IsCommon(List<int> pieces) => pieces.Count == 1 && tokenizer.IsCommon(pieces[0]);

    private List<int> Encode(string word) => tokenizer.Encode(_space + word);

    /// <summary>A word of a turn.</summary>
    /// <param name="Text">Without the punctuation around it.</param>
    /// <param name="BeginsPhrase">Punctuation stands before it.</param>
    /// <param name="EndsPhrase">Punctuation stands behind it.</param>
    private sealed record UserWord(string Text, bool BeginsPhrase, bool EndsPhrase)
    {
        public string Lower => Text.ToLowerInvariant();

        public static UserWord Of(string written)
        {
            var (start, end) = (0, written.Length);
            while (start < end && !char.IsLetterOrDigit(written[start]))
            {
                start++;
            }

            while (end > start && !char.IsLetterOrDigit(written[end - 1]))
            {
                end--;
            }

            return new UserWord(written[start..end], start > 0, end < written.Length);
        }
    }
}
