using System.Text.Json;
using Cafe.Training.Stages;

namespace Cafe.Training.Published;

/// <summary>What must be in the work folder before a plan is run: the file inputs.json beside its plan.json.</summary>
/// <param name="Parts">Published models.</param>
/// <param name="Data">Folders of (x, t, r, y).</param>
public sealed record PlanInputs(IReadOnlyList<PublishedPart> Parts, IReadOnlyList<ExpectedData> Data)
{
    /// <exception cref="ArgumentException">The folder has no such file, or it can't be read.</exception>
    public static PlanInputs Load(string folder)
    {
        var path = Path.Combine(folder, "inputs.json");
        try
        {
            return JsonSerializer.Deserialize<PlanInputs>(File.ReadAllText(path), StageJson.Read) ?? throw new ArgumentException($"{path} is empty.");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ArgumentException($"{path}: {e.Message}", e);
        }
    }
}
