namespace Cafe.Inference.Language;

/// <summary>
/// Contextual biasing by shallow fusion (Aleksic et al., 2015) with words that a reply may repeat: where its last tokens spell words of a source, the token with which the source goes on gets a constant
/// more. A name that the language model begins to repeat, and whose end it wavers about, so comes back whole; where the model is sure of something else, it says that. What would bend a sentence of
/// the model's own is left alone: a run of common pieces ("in a") copies nothing, a common word ("in", "wearing") is not copied, and what was repeated once is not repeated again. Behind a lead of a
/// source ("your", where the user said "my") a name is due: there common pieces begin one, too ("hot beverage").
/// </summary>
/// <param name="sources">Texts whose words may be repeated, such as the user's turn.</param>
/// <param name="leads">Words, in tokens, behind which a reply names what the sources named.</param>
/// <param name="beginsWord">Tells whether an id's piece begins a word.</param>
/// <param name="isCommon">Tells whether an id's piece is among the commonest of the language.</param>
/// <param name="bias">What is added, in logits, 0 or more.</param>
public sealed class CopyBias(IReadOnlyList<CopySource> sources, IReadOnlyList<IReadOnlyList<int>> leads, Func<int, bool> beginsWord, Func<int, bool> isCommon, double bias)
{
    // Longer than any name. What a token costs so stays in proportion to the sources, whatever they and the reply repeat.
    private const int MaxRun = 32;

    /// <summary>
    /// The ids with which the sources go on after the longest run (up to 32) of the reply's last tokens that stands in one of them, begins where a word does and has a piece that is a lead's or not common. Empty where no run does.
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
            for (var next = 1; next < source.Ids.Count; next++)
            {
                var run = Run(source, next, reply);
                var id = source.Ids[next];
                if (run < longest || said.Contains(id) || (IsCommonWord(source.Ids, next) && !source.Leads.Contains(next - 1)))
                {
                    continue;
                }

                if (run > longest)
                {
                    found.Clear();
                    longest = run;
                }

                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>
    /// The ids with which the sources' names begin, common words left out, where the reply has just said a lead for the first time and the language model's own choice stands in none of the sources; empty
    /// anywhere else.
    /// </summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="reply">Ids so far.</param>
    public IReadOnlyCollection<int> Names(ReadOnlySpan<float> logits, IReadOnlyList<int> reply)
    {
        if (!leads.Any(lead => EndsWith(reply, lead)) || SaidAfter(reply).Count > 0)
        {
            return [];
        }

        var choice = TokenSampler.ArgMax(logits);
        return sources.Any(source => source.Ids.Contains(choice))
            ? []
            : [.. sources.SelectMany(source => source.Names.Where(at => !IsCommonWord(source.Ids, at)).Select(at => source.Ids[at])).Distinct()];
    }

    /// <summary>The logits, with the bias added to each of <see cref="Continuations"/> and half of it to each other of <see cref="Names"/>; themselves where there is none of either.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="reply">Ids so far.</param>
    public ReadOnlySpan<float> Apply(ReadOnlySpan<float> logits, IReadOnlyList<int> reply)
    {
        var (continuations, names) = (Continuations(reply), Names(logits, reply));
        if (continuations.Count + names.Count == 0)
        {
            return logits;
        }

        var biased = logits.ToArray();
        foreach (var id in continuations)
        {
            biased[id] += (float)bias;
        }

        foreach (var id in names.Except(continuations))
        {
            biased[id] += (float)bias / 2;
        }

        return biased;
    }

    private static bool EndsWith(IReadOnlyList<int> reply, IReadOnlyList<int> lead) =>
        reply.Count >= lead.Count && lead.SequenceEqual(reply.Skip(reply.Count - lead.Count));

    /// <summary>Tokens of the longest run before <paramref name="next"/> that ends the reply, too, begins with a word and has an uncommon piece or a lead's; 0 for none.</summary>
    private int Run(CopySource source, int next, IReadOnlyList<int> reply)
    {
        var (run, tells) = (0, false);
        for (var length = 1; length <= Math.Min(MaxRun, Math.Min(next, reply.Count)) && source.Ids[next - length] == reply[^length]; length++)
        {
            var id = source.Ids[next - length];
            tells |= !isCommon(id) || source.Leads.Contains(next - length);
            run = tells && beginsWord(id) ? length : run;
        }

        return run;
    }

    /// <summary>A common piece that is a whole word, as "be" is and the beginning of "beverage" is not.</summary>
    private bool IsCommonWord(IReadOnlyList<int> ids, int at) =>
        isCommon(ids[at]) && beginsWord(ids[at]) && (at + 1 == ids.Count || beginsWord(ids[at + 1]));

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
