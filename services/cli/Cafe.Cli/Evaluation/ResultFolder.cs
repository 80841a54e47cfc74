using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Client;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Scoring;
using Cafe.V1;

namespace Cafe.Cli.Evaluation;

/// <summary>A variant's folder: requests.jsonl, results.jsonl, the pictures, and what they are of.</summary>
internal static class ResultFolder
{
    private const string Results = "results.jsonl", About = "made-of.json";

    /// <summary>Begins a folder, or goes on with it; pictures of another pack, plan or setting are not mixed in.</summary>
    /// <exception cref="CliException">The folder has results of something else.</exception>
    public static async Task BeginAsync(string folder, EvaluationPlan plan, EvalVariant variant, CafeClient client, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var pack = await client.GetPackAsync(cancellation);
        var about = new JsonObject
        {
            ["plan"] = plan.Description.Name,
            ["setting"] = JsonSerializer.SerializeToNode(variant),
            ["pack"] = new JsonObject(pack.Stages.OrderBy(stage => stage.Stage).Select(stage => KeyValuePair.Create(
                stage.Stage.ToString().ToLowerInvariant(), (JsonNode?)$"{stage.Provenance.PackName} {stage.Provenance.PackVersion} {stage.Provenance.PartFingerprint} {stage.Provenance.Precision}"))),
        };
        var (path, text) = (Path.Combine(folder, About), about.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        if (File.Exists(path) && await File.ReadAllTextAsync(path, cancellation) != text)
        {
            throw new CliException($"{folder} has results of another pack, plan or setting (see {About}): choose another --out.");
        }

        await File.WriteAllTextAsync(path, text, cancellation);
    }

    /// <summary>The pictures of results.jsonl, by the plan's items; failed and withheld ones are left out.</summary>
    public static IReadOnlyList<ScoredPicture> Pictures(string folder, EvaluationPlan plan)
    {
        var items = plan.Items.ToDictionary(item => item.Id);
        var found = new Dictionary<(string, int), ScoredPicture>();
        foreach (var line in Lines(folder))
        {
            foreach (var picture in line["pictures"]?.AsArray() ?? [])
            {
                if ((string?)picture!["file"] is { } file && items.TryGetValue((string)line["id"]!, out var item))
                {
                    found[(item.Id, (int)picture["index"]!)] = new ScoredPicture(item, (int)picture["index"]!, Path.Combine(folder, file), (string?)line["reply"]);
                }
            }
        }

        return [.. found.Values.OrderBy(picture => picture.Item.Id, StringComparer.Ordinal).ThenBy(picture => picture.Index)];
    }

    /// <summary>The lines of results.jsonl that are whole.</summary>
    public static IEnumerable<JsonNode> Lines(string folder)
    {
        foreach (var line in File.ReadLines(Path.Combine(folder, Results)))
        {
            JsonNode? parsed = null;
            try
            {
                parsed = JsonNode.Parse(line);
            }
            catch (JsonException)
            {
                // torn by an interruption; the next run replaces it
            }

            if (parsed is not null)
            {
                yield return parsed;
            }
        }
    }

    /// <summary>Pictures made elsewhere: files that are named by the item, or the item, a dash and the picture's number from 0.</summary>
    /// <exception cref="CliException">None of the files belongs to an item.</exception>
    public static IReadOnlyList<ScoredPicture> PicturesElsewhere(string folder, EvaluationPlan plan)
    {
        var files = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Where(path => Path.GetExtension(path).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg" or ".webp").ToLookup(path => Path.GetFileNameWithoutExtension(path)!)
            : throw new CliException($"There is no folder {folder}.");
        ScoredPicture[] found =
        [
            .. plan.Items.SelectMany(item => Enumerable.Range(0, plan.Description.Count).Select(index =>
                (files[$"{item.Id}-{index}"].FirstOrDefault() ?? (index == 0 ? files[item.Id].FirstOrDefault() : null)) is { } path ? new ScoredPicture(item, index, path) : null)).OfType<ScoredPicture>(),
        ];
        return found.Length > 0 ? found : throw new CliException($"{folder} has no picture that is named after an item of the plan, as {plan.Items[0].Id}-0.png.");
    }
}
