using Cafe.Inference.Language;
using Cafe.Packs.Tokenizers;

namespace Cafe.Assistant.Replies;

/// <summary>The words of a user's turn, as a reply may repeat them.</summary>
internal static class RepeatableWords
{
    /// <summary>The bias towards them: as they are written and in lower case, without the punctuation around them, at which a reply's sentence would end.</summary>
    /// <param name="turn">What the user said.</param>
    /// <param name="tokenizer">The pack's.</param>
    /// <param name="bias">In logits, above 0.</param>
    public static CopyBias Of(string turn, SentencePieceTokenizer tokenizer, double bias)
    {
        var words = string.Join(' ', turn.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Bare).Where(word => word.Length > 0));
        return new CopyBias([.. new[] { words, words.ToLowerInvariant() }.Distinct().Select(tokenizer.Encode)], tokenizer.BeginsWord, tokenizer.IsCommon, bias);
    }

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
