namespace Cafe.Inference.Language;

/// <summary>
/// The place in a reply where what the user showed is named: behind the first lead ("your"). A word of the user's stands there, to its end, or the word for what has no name ("subject"); any other would
/// be a name that nobody gave, or none ("your by the mountains").
/// </summary>
/// <param name="sources">What the user said.</param>
/// <param name="leads">Words, in tokens, behind which a reply names; empty: it has no such place.</param>
/// <param name="unnamed">What a reply calls that which has no name, in tokens; empty: anything may stand there.</param>
/// <param name="beginsWord">Tells whether an id's piece begins a word.</param>
public sealed class NamePlace(IReadOnlyList<CopySource> sources, IReadOnlyList<IReadOnlyList<int>> leads, IReadOnlyList<int> unnamed, Func<int, bool> beginsWord)
{
    /// <summary>The reply has just said a lead, for the first time.</summary>
    /// <param name="reply">Ids so far.</param>
    public bool IsDue(IReadOnlyList<int> reply) => Begin(reply) == reply.Count;

    /// <summary>The ids that may come next, at least one; null: any.</summary>
    /// <param name="reply">Ids so far.</param>
    public IReadOnlySet<int>? Allowed(IReadOnlyList<int> reply)
    {
        if (unnamed.Count == 0 || Begin(reply) is not { } begin)
        {
            return null;
        }

        var allowed = new HashSet<int>();
        var said = reply.Count - begin;
        foreach (var (ids, at) in sources.SelectMany(source => source.Names.Select(at => (source.Ids, at))).Append((unnamed, 0)))
        {
            var next = at + said;
            if (next > ids.Count || !Enumerable.Range(0, said).All(i => ids[at + i] == reply[begin + i]))
            {
                continue;
            }

            if (said > 0 && (next == ids.Count || beginsWord(ids[next])))
            {
                return null; // a word is whole: what follows it is the model's own
            }

            allowed.Add(ids[next]);
        }

        return allowed.Count > 0 ? allowed : null;
    }

    /// <summary>Where the name begins; null: no lead has been said.</summary>
    private int? Begin(IReadOnlyList<int> reply)
    {
        for (var end = 1; end <= reply.Count; end++)
        {
            if (leads.Any(lead => lead.Count <= end && lead.SequenceEqual(reply.Skip(end - lead.Count).Take(lead.Count))))
            {
                return end;
            }
        }

        return null;
    }
}
