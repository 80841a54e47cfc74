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

    /// <summary>
    /// The bias towards them: as they are written and in lower case, without the punctuation around them, at which a reply's sentence would end, and with what a reply says in place of the user's words
    /// ("your" for "my").
    /// </summary>
    /// <param name="turns">What the user said.</param>
    /// <param name="bias">In logits, above 0.</param>
    public CopyBias Bias(IEnumerable<string> turns, double bias)
    {
        List<int>[] leads = [.. naming.Leads.Values.Distinct().Select(Encode)];
        return new CopyBias([.. turns.SelectMany(Sources)], leads, tokenizer.BeginsWord, tokenizer.IsCommon, bias);
    }

    private IEnumerable<CopySource> Sources(string turn)
    {
        string[] words = [.. turn.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Bare).Where(word => word.Length > 0)];
        string[] lower = [.. words.Select(word => word.ToLowerInvariant())];
        string[][] forms = words.SequenceEqual(lower) ? [words] : [words, lower];
        return forms.Select(form => Source(form, lower));
    }

    private CopySource Source(string[] words, string[] lower)
    {
        var (ids, leads, names) = (new List<int>(), new HashSet<int>(), new List<int>());
        for (var i = 0; i < words.Length; i++)
        {
            var lead = naming.Leads.GetValueOrDefault(lower[i]);
            var pieces = Encode(lead ?? words[i]);
            if (lead is not null)
            {
                leads.UnionWith(Enumerable.Range(ids.Count, pieces.Count));
            }
            else if (i > 0 && !naming.Pronouns.Contains(lower[i - 1]))
            {
                // Not a turn's first word, which is a verb as often as a name.
                names.Add(ids.Count);
            }

            ids.AddRange(pieces);
        }

        return new CopySource(ids, leads, names);
    }

    private List<int> Encode(string word) => tokenizer.Encode(_space + word);

    private static string Bare(string word)
    {
        var (start, end) = (0, word.Length);
        while (start < end && !char.IsLetterOrDigit(word[start]))
        {
            start++;
        }

        while (end > start && !char.IsLetterOrDigit(word[end - 1]))
        {
            end--;
        }

        return word[start..end];
    }
}
