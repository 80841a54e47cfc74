using System.Text.Json;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Plans;

namespace Cafe.Evaluation.Reports;

/// <summary>A report's JSON: the only source of the tables in documents.</summary>
/// <param name="Tables">In order.</param>
public sealed record ReportFile(IReadOnlyList<ReportTable> Tables)
{
    /// <summary>Reads a file, of a report or of requests.</summary>
    /// <exception cref="PlanException">It is missing, damaged, or has a field that nobody knows.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), EvaluatorJson.Indented) ?? throw new PlanException($"{path} is empty.");
        }
        catch (Exception problem) when (problem is JsonException or IOException)
        {
            throw new PlanException($"{path}: {problem.Message}");
        }
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, EvaluatorJson.Indented) + "\n");
}
