using System.Text.RegularExpressions;
using Cafe.Evaluation.Quadruplets;
using Cafe.Training.Data;

namespace Cafe.Training.Conversations;

/// <summary>
/// Puts a name that nobody ever heard in a subject's place, throughout what is said about it: a language model that saw only a thousand names learns to finish those, one that must say "brumo keld" or
/// "baby wrench" learns to repeat what it is told. What the picture shows stays what it is, so that the user's words are the only place to take the name from.
/// </summary>
public static class InventedNames
{
    private static readonly string[] Onsets = ["b", "bl", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "pr", "qu", "r", "s", "sh", "sk", "sl", "sn", "sp", "st", "str", "t", "th", "tr", "v", "w", "y", "z", ""];
    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "oa", "oo", "ou", "y"];
    private static readonly string[] Codas = ["", "", "", "b", "ck", "d", "f", "g", "l", "ll", "m", "mp", "n", "nd", "ng", "nk", "nt", "p", "r", "rd", "rn", "rt", "sh", "st", "t", "tch", "x", "zz"];

    private static readonly string[] Joints = [" ", " ", " ", " with ", " of ", " and ", " in ", "-"];

    /// <summary>The words that names are made of, each once.</summary>
    public static IReadOnlyList<string> WordsOf(IEnumerable<string> names) =>
        [.. names.SelectMany(name => name.Split(' ', '-')).Where(word => word.Length > 2).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>One to five words: of one to three syllables, a known word with part of it replaced, or a known word beside others than it is known with.</summary>
    /// <param name="known">The name that it shall not be.</param>
    /// <param name="words">Known words; none for those of <paramref name="known"/>.</param>
    public static string Draw(string known, IReadOnlyList<string> words, SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(random);
        words = words.Count > 0 ? words : known.Split(' ', '-');
        while (true)
        {
            var count = random.Chance(0.4) ? 1 : random.Chance(0.65) ? 2 : random.Whole(3, 5);
            var name = string.Concat(Enumerable.Range(0, count).Select(i => (i == 0 ? "" : random.Pick(Joints)) + random.Below(10) switch
            {
                < 3 => Word(random),
                < 6 => Altered(random.Pick(words), random),
                _ => random.Pick(words),
            }));
            if (!name.Contains(known, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }
    }

    /// <summary>The conversation about another name.</summary>
    public static Conversation Rename(Conversation conversation, string known, string name)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var old = new Regex($@"\b{Regex.Escape(known)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        string Renamed(string text) => old.Replace(text, found => char.IsUpper(found.Value[0]) ? char.ToUpperInvariant(name[0]) + name[1..] : name);
        return conversation with
        {
            Turns = [.. conversation.Turns.Select(turn => new ChatTurn(turn.Role, Renamed(turn.Text)))],
            Reply = Renamed(conversation.Reply),
        };
    }

    /// <summary>One word of one to three syllables.</summary>
    internal static string Word(SampleRandom random) =>
        string.Concat(Enumerable.Range(0, random.Whole(1, 3)).Select(_ => random.Pick(Onsets) + random.Pick(Vowels))) + random.Pick(Codas);

    // "panda" gives "pandrou" or "gloanda".
    private static string Altered(string word, SampleRandom random)
    {
        var cut = random.Whole(1, Math.Max(1, word.Length - 1));
        return random.Chance(0.5) ? word[..cut] + Word(random) : Word(random) + word[cut..];
    }
}
