using System.Text.Json;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Quadruplets;

namespace Cafe.Evaluation.Plans;

/// <summary>A folder with plan.json, items.jsonl and pictures: what is asked, of whom, and what should come out. Mini sets, DreamBench, faces and distillation all are plans.</summary>
public sealed class EvaluationPlan
{
    private const string DescriptionFile = "plan.json", ItemsFile = "items.jsonl";
    private const int LongestId = 100;

    private readonly Dictionary<string, PlanSubject> subjects;

    private EvaluationPlan(string folder, PlanDescription description, IReadOnlyList<PlanItem> items)
    {
        (Folder, Description, Items) = (folder, description, items);
        subjects = new Dictionary<string, PlanSubject>(StringComparer.Ordinal);
        Check(description.Format == PlanDescription.CurrentFormat, $"format is '{description.Format}'; {PlanDescription.CurrentFormat} is known");
        Check(description.Count is >= 1 and <= 16, $"count must be 1 to 16, not {description.Count}");
        foreach (var subject in description.Subjects)
        {
            Check(subjects.TryAdd(subject.Key, subject), $"two subjects have the key '{subject.Key}'");
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            Check(item.Id.Length is >= 1 and <= LongestId && item.Id[0] != '.' && item.Id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'), $"'{item.Id}' is no id: 1 to {LongestId} letters, digits, '-', '_', '.'");
            Check(ids.Add(item.Id), $"two items have the id '{item.Id}'");
            Check(subjects.ContainsKey(item.Subject), $"item {item.Id} is about '{item.Subject}', which is no subject");
            Check(item.Turns is [.., { Role: ChatTurn.User }], $"item {item.Id}: the last turn must be the user's");
        }
    }

    /// <summary>The plan's folder, absolute.</summary>
    public string Folder { get; }

    /// <summary>plan.json.</summary>
    public PlanDescription Description { get; }

    /// <summary>In the file's order.</summary>
    public IReadOnlyList<PlanItem> Items { get; }

    /// <summary>The subject of an item.</summary>
    public PlanSubject SubjectOf(PlanItem item) => subjects[item.Subject];

    /// <summary>A picture's file.</summary>
    public string PathOf(string relative) => Path.Combine(Folder, relative);

    /// <summary>Opens a plan.</summary>
    /// <exception cref="PlanException">Files are missing, or something in them can't be; the message has it.</exception>
    public static EvaluationPlan Open(string folder)
    {
        var description = Path.Combine(folder, DescriptionFile);
        var items = Path.Combine(folder, ItemsFile);
        foreach (var path in new[] { description, items }.Where(path => !File.Exists(path)))
        {
            throw new PlanException($"{folder} is no plan: it has no {Path.GetFileName(path)}.");
        }

        var read = Parse<PlanDescription>(File.ReadAllText(description), description);
        return new EvaluationPlan(Path.GetFullPath(folder), read, [.. File.ReadLines(items).Select((line, i) => Parse<PlanItem>(line, $"{items}, line {i + 1}"))]);
    }

    /// <summary>Writes a plan; the pictures are in its folder already. The folder is a plan once this returns.</summary>
    /// <exception cref="PlanException">Something in it can't be.</exception>
    public static EvaluationPlan Write(string folder, PlanDescription description, IReadOnlyList<PlanItem> items)
    {
        var plan = new EvaluationPlan(Path.GetFullPath(folder), description, items);
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, ItemsFile), items.Select(item => JsonSerializer.Serialize(item, EvaluatorJson.Line)));
        File.WriteAllText(Path.Combine(folder, DescriptionFile), JsonSerializer.Serialize(description, EvaluatorJson.Indented) + "\n");
        return plan;
    }

    private static T Parse<T>(string json, string where)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, EvaluatorJson.Line) ?? throw new PlanException($"{where} is empty.");
        }
        catch (JsonException broken)
        {
            throw new PlanException($"{where}: {broken.Message}");
        }
    }

    private void Check(bool holds, string problem)
    {
        if (!holds)
        {
            throw new PlanException($"{Folder}: {problem}.");
        }
    }
}
