using Cafe.Evaluation.Quadruplets;

namespace Cafe.Evaluation.Plans;

/// <summary>Faces as a plan: every picture of a folder under every prompt of a file (the paper: 7 pictures, 23 prompts, 10 samples).</summary>
public static class FacePlan
{
    /// <summary>Makes the plan.</summary>
    /// <param name="faces">Folder of pictures, one person each.</param>
    /// <param name="prompts">A text file, one prompt a line, with {} where the person stands: "a photo of {} in the snow".</param>
    /// <param name="output">The plan's folder.</param>
    /// <param name="name">What captions call the person: "person".</param>
    /// <param name="count">Pictures for each, 1 to 16.</param>
    /// <param name="seed">Seed of the first item.</param>
    /// <exception cref="PlanException">There are no faces or no prompts, or a prompt has no {}.</exception>
    public static EvaluationPlan Write(string faces, string prompts, string output, string name = "person", int count = 10, ulong seed = 0)
    {
        string[] lines = File.Exists(prompts) ? [.. File.ReadLines(prompts).Select(line => line.Trim()).Where(line => line.Length > 0)] : throw new PlanException($"There is no file {prompts}.");
        if (lines.Length == 0 || lines.Any(line => !line.Contains("{}", StringComparison.Ordinal)))
        {
            throw new PlanException(lines.Length == 0 ? $"{prompts} has no prompts." : $"{prompts}: a prompt has no {{}} where the person stands.");
        }

        var pictures = SubjectPictures.Copy(faces, output, "faces");
        PlanSubject[] subjects = [.. pictures.Select(path => new PlanSubject(Path.GetFileNameWithoutExtension(path), name, path))];
        var items = subjects.SelectMany((subject, i) => lines.Select((line, j) => new PlanItem
        {
            Id = FormattableString.Invariant($"face{i}-{j:D2}"),
            Subject = subject.Key,
            Turns = [new ChatTurn(ChatTurn.User, $"Generate an image: {line.Replace("{}", $"this {name}", StringComparison.Ordinal)}.")],
            Caption = line.Replace("{}", $"a {name}", StringComparison.Ordinal),
            Seed = seed + (ulong)(((i * lines.Length) + j) * count),
        }));
        return EvaluationPlan.Write(output, new PlanDescription { Format = PlanDescription.CurrentFormat, Name = "faces", Count = count, Subjects = subjects }, [.. items]);
    }
}
