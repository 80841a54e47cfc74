using System.Text.RegularExpressions;
using Cafe.Training.Data;

namespace Cafe.Training.Conversations;

/// <summary>
/// A wording put together from parts, so that training hears thousands of ways to ask instead of dozens: a model that knows every beginning by heart looks for the subject's name where those have it, and loses it
/// behind a new one.
/// </summary>
/// <param name="Parts">What can stand in each place, in their order; "{x}" is a word that nobody ever heard.</param>
internal sealed record Composition(params string[][] Parts)
{
    private const string Unheard = @"\{x\}";

    /// <summary>A template with the slots of <see cref="GrammarTemplates"/>.</summary>
    public string Draw(SampleRandom random) => Regex.Replace(string.Concat(Parts.Select(random.Pick)), Unheard, _ => InventedNames.Word(random));
}
