using System.Text.Json;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;

namespace Cafe.Evaluation.Filtering;

/// <summary>filter.json: the thresholds, whose they are, and how well they find known faults.</summary>
public sealed record FilterReport
{
    /// <summary>The file's name in a filter's folder.</summary>
    public const string FileName = "filter.json";

    /// <summary>What samples are dropped by.</summary>
    public required FilterThresholds Thresholds { get; init; }

    /// <summary>Name of the text evaluator.</summary>
    public required string Clip { get; init; }

    /// <summary>Name of the subject evaluator.</summary>
    public required string Dino { get; init; }

    /// <summary>Samples filtered.</summary>
    public long Samples { get; init; }

    /// <summary>Of them, kept.</summary>
    public long Kept { get; init; }

    /// <summary>On the samples that the thresholds were found on; null where they were given or no faults are known.</summary>
    public Detection? Calibration { get; init; }

    /// <summary>On all other samples; null where no faults are known.</summary>
    public Detection? Validation { get; init; }

    /// <summary>Precision of the validation.</summary>
    public double? Precision => Validation?.Precision;

    /// <summary>Recall of the validation.</summary>
    public double? Recall => Validation?.Recall;

    /// <summary>Share of the faults of each kind that is found among the validation's; under <c>None</c> the share of good samples that is dropped.</summary>
    public IReadOnlyDictionary<string, double>? DroppedByFault { get; init; }

    /// <summary>Reads the thresholds of filter.json.</summary>
    /// <exception cref="PlanException">No such file, or it is damaged.</exception>
    public static FilterThresholds ReadThresholds(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.GetProperty("thresholds").Deserialize<FilterThresholds>(EvaluatorJson.Indented) ?? throw new PlanException($"{path} has no thresholds.");
        }
        catch (Exception problem) when (problem is JsonException or IOException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PlanException($"{path}: {problem.Message}");
        }
    }

    /// <summary>Writes filter.json into a folder.</summary>
    public void Write(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, EvaluatorJson.Indented) + "\n");
}
