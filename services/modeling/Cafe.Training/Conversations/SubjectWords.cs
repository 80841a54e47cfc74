namespace Cafe.Training.Conversations;

/// <summary>Speaks of a subject by its name, which may be a plural.</summary>
public static class SubjectWords
{
    private static readonly string[] Joints = [" with ", " in ", " of ", " and ", " without ", " on ", " over ", " from "];
    private static readonly HashSet<string> SingularInS = ["bus", "cactus", "octopus", "walrus", "hippopotamus", "rhinoceros", "lotus", "compass", "glass", "dress", "princess", "mrs.", "claus", "abacus", "santa claus", "tennis", "trolleybus", "minibus", "oncoming bus", "sauropods"];

    /// <summary>Whether the name means several: "grapes", "glasses".</summary>
    public static bool IsPlural(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var cut = Joints.Select(joint => name.IndexOf(joint, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(name.Length).Min();
        var head = name[..cut].Split(' ')[^1];
        return head is "people" or "men" or "women" or "feet" || (head.Length > 3 && head.EndsWith('s') && !head.EndsWith("ss", StringComparison.Ordinal) && !head.EndsWith("us", StringComparison.Ordinal) && !SingularInS.Contains(head));
    }

    /// <summary>"this fire engine", "these grapes".</summary>
    public static string This(string name) => $"{(IsPlural(name) ? "these" : "this")} {name}";
}
