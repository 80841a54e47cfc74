namespace Cafe.Inference.Language;

/// <summary>
/// Contextual biasing by shallow fusion (Aleksic et al., 2015) with words that a reply may repeat: where its last tokens spell words of a source, the token with which the source goes on gets a constant
/// more. A name that the language model begins to repeat, and whose end it wavers about, so comes back whole; where the model is sure of something else, it says that. What would bend a sentence of
/// the model's own is left alone: a run of common pieces ("in a") copies nothing, a common word ("in", "wearing") is not copied, nor is one that goes on no name ("could", "onto"), and what was repeated
/// once is not repeated again. Behind a lead of a source ("your", where the user said "my") a name is due: there common pieces begin one, too ("hot beverage"), and its words get twice as much.
/// </summary>
/// <param name="sources">Texts whose words may be repeated, such as the user's turn.</param>
/// <param name="place">Where the reply names what the sources named.</param>
/// <param name="beginsWord">Tells whether an id's piece begins a word.</param>
/// <param name="isCommon">Tells whether an id's piece is among the commonest of the language.</param>
/// <param name="bias">What is added, in logits, 0 or more.</param>
public sealed class CopyBias(IReadOnlyList<CopySource> sources, NamePlace place, Func<int, bool> beginsWord, Func<int, bool> isCommon, double bias)
{
    // Longer than any name. What a token costs so stays in proportion to the sources, whatever they and the reply repeat.
    private const int MaxRun = 32;

    /// <summary>
    /// The ids with which the sources go on after the longest run (up to 32) of the reply's last tokens that stands in one of them, begins where a word does and has a piece that is a lead's or not common,
    /// each with its share of the bias: 2 where it is of a name behind a lead, 1 otherwise. Empty where no run does.
    /// </summary>
    /// <param name="reply">Ids so far.</param>
    public IReadOnlyDictionary<int, int> Continuations(IReadOnlyList<int> reply)
    {
        var found = new Dictionary<int, int>();
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
                if (run < longest || said.Contains(id) || source.Stops.Contains(next) || (IsCommonWord(source.Ids, next) && !source.Leads.Contains(next - 1)))
                {
                    continue;
                }

                if (run > longest)
                {
                    found.Clear();
                    longest = run;
                }

                found[id] = Math.Max(found.GetValueOrDefault(id), source.Led.Contains(next) ? 2 : 1);
            }
        }

        return found;
    }

    /// <summary>
    /// The ids with which the sources' names begin, common words and a text's first word (a verb as often as a name) left out, where a name is due and the language model's own choice begins none of them;
    /// empty anywhere else.
    /// </summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="reply">Ids so far.</param>
    public IReadOnlyCollection<int> Names(ReadOnlySpan<float> logits, IReadOnlyList<int> reply)
    {
        if (!place.IsDue(reply))
        {
            return [];
        }

        var choice = TokenSampler.ArgMax(logits);
        return sources.Any(source => source.Names.Any(at => source.Ids[at] == choice))
            ? []
            : [.. sources.SelectMany(source => source.Names.Where(at => at > 0 && !IsCommonWord(source.Ids, at)).Select(at => source.Ids[at])).Distinct()];
    }

    /// <summary>
    /// The logits, minus infinity where the place of a name does not allow it, with the bias added to each of <see cref="Continuations"/> and half of it to each other of <see cref="Names"/>; themselves where
    /// nothing is to be changed.
    /// </summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="reply">Ids so far.</param>
    public ReadOnlySpan<float> Apply(ReadOnlySpan<float> logits, IReadOnlyList<int> reply)
    {
        var open = place.Allowed(reply) is { } allowed ? Masked(logits, allowed) : logits;
        var (continuations, names) = (Continuations(reply), Names(open, reply));
        if (continuations.Count + names.Count == 0)
        {
            return open;
        }

        var biased = open.ToArray();
        foreach (var (id, share) in continuations)
        {
            biased[id] += (float)(share * bias);
        }

        foreach (var id in names.Except(continuations.Keys))
        {
            biased[id] += (float)bias / 2;
        }

        return biased;
    }

    private static float[] Masked(ReadOnlySpan<float> logits, IEnumerable<int> allowed)
    {
        var masked = new float[logits.Length];
        Array.Fill(masked, float.NegativeInfinity);
        foreach (var id in allowed)
        {
            masked[id] = logits[id];
        }

        return masked;
    }

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
