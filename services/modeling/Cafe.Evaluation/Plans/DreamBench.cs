using System.Text.RegularExpressions;
using Cafe.Evaluation.Quadruplets;

namespace Cafe.Evaluation.Plans;

/// <summary>
/// DreamBench as a plan: 30 subjects, 25 prompts of their kind, 4 pictures each. The dataset's folder has a folder of pictures for each
/// subject, and prompts_and_classes.txt, as DreamBooth's authors publish it.
/// </summary>
public static partial class DreamBench
{
    private const string PromptFile = "prompts_and_classes.txt";
    private const int PicturesEach = 4;
    private static readonly string[] Live = ["cat", "dog"];
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp"];

    /// <summary>Makes the plan; the pictures are copied into it.</summary>
    /// <param name="dataset">The dataset's folder.</param>
    /// <param name="output">The plan's folder.</param>
    /// <param name="seed">Seed of the first item; items count up by the pictures of each.</param>
    /// <exception cref="PlanException">The dataset is not as published.</exception>
    public static EvaluationPlan Write(string dataset, string output, ulong seed = 0)
    {
        var path = Path.Combine(dataset, PromptFile);
        if (!File.Exists(path))
        {
            throw new PlanException($"{dataset} has no {PromptFile}: it is no folder of DreamBooth's dataset.");
        }

        var (classes, objects, live) = Parse(File.ReadAllText(path), path);
        var (subjects, items) = (new List<PlanSubject>(), new List<PlanItem>());
        foreach (var (name, @class) in classes)
        {
            var pictures = SubjectPictures.Copy(Path.Combine(dataset, name), output, name);
            subjects.Add(new PlanSubject(name, @class, pictures[0], null, pictures));
            foreach (var (prompt, number) in (Live.Contains(@class) ? live : objects).Select((prompt, number) => (prompt, number)))
            {
                items.Add(Item(name, @class, prompt, number, seed + ((ulong)items.Count * PicturesEach)));
            }
        }

        return EvaluationPlan.Write(output, new PlanDescription { Format = PlanDescription.CurrentFormat, Name = "dreambench", Count = PicturesEach, Subjects = subjects }, items);
    }

    // "a red {0} {1}" becomes the caption "a red dog" and the wish "Generate an image for this red dog."
    private static PlanItem Item(string name, string @class, string prompt, int number, ulong seed)
    {
        var caption = prompt.Replace("{0} {1}", @class, StringComparison.Ordinal);
        return new PlanItem
        {
            Id = FormattableString.Invariant($"{name}-{number:D2}"),
            Subject = name,
            Turns = [new ChatTurn(ChatTurn.User, $"Generate an image for {Article().Replace(caption, "this ", 1)}.")],
            Caption = caption,
            Seed = seed,
        };
    }

    private static (List<(string Name, string Class)> Classes, string[] Objects, string[] Live) Parse(string text, string path)
    {
        var liveAt = text.IndexOf("Live Subject Prompts", StringComparison.Ordinal);
        var objectsAt = text.IndexOf("Object Prompts", StringComparison.Ordinal);
        if (objectsAt < 0 || liveAt < objectsAt)
        {
            throw new PlanException($"{path} has no 'Object Prompts' followed by 'Live Subject Prompts'.");
        }

        var classes = ClassLine().Matches(text[..objectsAt]).Select(line => (Name: line.Groups[1].Value, Class: line.Groups[2].Value.Trim())).Where(line => line.Name != "subject_name").ToList();
        var (objects, live) = (Prompts(text[objectsAt..liveAt]), Prompts(text[liveAt..]));
        return classes.Count > 0 && objects.Length > 0 && live.Length > 0 ? (classes, objects, live)
            : throw new PlanException($"{path} has {classes.Count} subjects, {objects.Length} prompts for objects and {live.Length} for live subjects; all are needed.");
    }

    private static string[] Prompts(string text) => [.. Prompt().Matches(text).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^([A-Za-z0-9_]+),([A-Za-z ]+)\r?$", RegexOptions.Multiline)]
    private static partial Regex ClassLine();

    [GeneratedRegex(@"'([^']*\{0\} \{1\}[^']*)'")]
    private static partial Regex Prompt();

    [GeneratedRegex("^an? ")]
    private static partial Regex Article();

    /// <summary>Whether a file's name is a picture's.</summary>
    internal static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());
}
