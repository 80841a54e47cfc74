namespace Cafe.Inference.Language;

/// <summary>
/// Contextual biasing by shallow fusion (Aleksic et al., 2015) with words that a reply may repeat: where its last tokens spell words of a source, the token with which the source goes on gets a constant
/// more. A name that the language model begins to repeat, and whose end it wavers about, so comes back whole; where the model is sure of something else, it says that. What would bend a sentence of
/// the model's own is left alone: a run of common pieces ("in a") copies nothing, a common word ("in", "wearing") is never copied, and what was repeated once is not repeated again.
/// </summary>
/// <param name="sources">Ids of texts whose words may be repeated, such as the user's turn.</param>
/// <param name="beginsWord">Tells whether an id's piece begins a word.</param>
/// <param name="isCommon">Tells whether an id's piece is among the commonest of the language.</param>
/// <param name="bias">What is added, in logits, 0 or more.</param>
public sealed class CopyBias(IReadOnlyList<IReadOnlyList<int>> sources, Func<int, bool> beginsWord, Func<int, bool> isCommon, double bias)
{
    // Longer than any name. What a token costs so stays in proportion to the sources, whatever they and the reply repeat.
    private const int MaxRun = 32;

    /// <summary>
    /// The ids with which the sources go on after the longest run (up to 32) of the reply's last tokens that stands in one of them, begins where a word does and has a piece that is not common. Empty where no run does.
    /// </summary>
    /// <param name="reply">Ids so far.</param>
    public IReadOnlyCollection<int> Continuations(IReadOnlyList<int> reply)
    {
        var found = new HashSet<int>();
        if (reply.Count == 0)
        {
            return found;
        }

        var said = SaidAfter(reply);
        var longest = 1;
        foreach (var source in sources)
        {
            for (var next = 1; next < source.Count; next++)
            {
                var run = Run(source, next, reply);
                if (run < longest || said.Contains(source[next]) || (beginsWord(source[next]) && isCommon(source[next])))
                {
                    continue;
                }

                if (run > longest)
                {
                    found.Clear();
                    longest = run;
                }

                found.Add(source[next]);
            }
        }

        return found;
    }

    /// <summary>The logits, with the bias added to each of <see cref="Continuations"/>; themselves where there is none.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="reply">Ids so far.</param>
    public ReadOnlySpan<float> Apply(ReadOnlySpan<float> logits, IReadOnlyList<int> reply)
    {
        if (Continuations(reply) is not { Count: > 0 } continuations)
        {
            return logits;
        }

        var biased = logits.ToArray();
        foreach (var id in continuations)
        {
            biased[id] += (float)bias;
        }

        return biased;
    }

    /// <summary>Tokens of the longest run before <paramref name="next"/> that ends the reply, too, begins with a word and has an uncommon piece; 0 for none.</summary>
    private int Run(IReadOnlyList<int> source, int next, IReadOnlyList<int> reply)
    {
        var (run, uncommon) = (0, false);
        for (var length = 1; length <= Math.Min(MaxRun, Math.Min(next, reply.Count)) && source[next - length] == reply[^length]; length++)
        {
            var id = source[next - length];
            uncommon |= !isCommon(id);
            run = uncommon && beginsWord(id) ? length : run;
        }

        return run;
    }

    /// <summary>What has followed the reply's last token in it before.</summary>
    private static HashSet<int> SaidAfter(IReadOnlyList<int> reply)
    {
        var said = new HashSet<int>();
        for (var i = 1; i < reply.Count; i++)
        {
            if (reply[i - 1] == reply[^1])
            {
                said.Add(reply[i]);
            }
        }

        return said;
    }
}
