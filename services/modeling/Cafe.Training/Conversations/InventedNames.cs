using System.Text.RegularExpressions;
using Cafe.Evaluation.Quadruplets;
using Cafe.Training.Data;

namespace Cafe.Training.Conversations;

/// <summary>
/// Puts a name that nobody ever heard in a subject's place, throughout what is said about it: a language model that saw only a thousand names learns to finish those, one that must say "brumo keld"
/// learns to repeat what it is told. What the picture shows stays what it is, so that the user's words are the only place to take the name from.
/// </summary>
public static class InventedNames
{
    private static readonly string[] Onsets = ["b", "bl", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "pr", "qu", "r", "s", "sh", "sk", "sl", "sn", "sp", "st", "str", "t", "th", "tr", "v", "w", "y", "z", ""];
    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "oa", "oo", "ou", "y"];
    private static readonly string[] Codas = ["", "", "", "b", "ck", "d", "f", "g", "l", "ll", "m", "mp", "n", "nd", "ng", "nk", "nt", "p", "r", "rd", "rn", "rt", "sh", "st", "t", "tch", "x", "zz"];

    /// <summary>One or two words of one to three syllables.</summary>
    public static string Draw(SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return random.Chance(0.4) ? $"{Word(random)} {Word(random)}" : Word(random);
    }

    /// <summary>The conversation about another name; itself where the user names nothing or the name can't be told.</summary>
    public static Conversation Rename(Conversation conversation, SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        if (!conversation.NamesSubject || PictureFacts.SubjectOf(conversation.Description) is not { } known)
        {
            return conversation;
        }

        var name = Draw(random);
        var old = new Regex($@"\b{Regex.Escape(known)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        string Renamed(string text) => old.Replace(text, found => char.IsUpper(found.Value[0]) ? char.ToUpperInvariant(name[0]) + name[1..] : name);
        return conversation with
        {
            Turns = [.. conversation.Turns.Select(turn => new ChatTurn(turn.Role, Renamed(turn.Text)))],
            Reply = Renamed(conversation.Reply),
        };
    }

    private static string Word(SampleRandom random) =>
        string.Concat(Enumerable.Range(0, random.Whole(1, 3)).Select(_ => random.Pick(Onsets) + random.Pick(Vowels))) + random.Pick(Codas);
}
