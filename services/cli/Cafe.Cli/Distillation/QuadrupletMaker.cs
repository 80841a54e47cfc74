using System.Globalization;
using System.Text.Json.Nodes;
using Cafe.Cli.Evaluation;
using Cafe.Evaluation.Filtering;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Quadruplets;
using Cafe.Evaluation.Scoring;

namespace Cafe.Cli.Distillation;

/// <summary>A folder of quadruplets in the making: requests for every item under every alpha, the pictures, and the index of those that pass the filter.</summary>
internal sealed class QuadrupletMaker(EvaluationPlan plan, string output)
{
    private const string Generated = "generated", Subjects = "subjects", Scores = "filtered.jsonl";
    private const int Batch = 64;

    /// <summary>Where the pictures are made.</summary>
    public string Folder => Path.Combine(output, Generated);

    /// <summary>Writes the requests that <c>cafe batch</c> takes: each item, its x_ref, each alpha, each with a seed of its own.</summary>
    /// <returns>The file, and how many items have no x_ref and are left out.</returns>
    public (string Path, int WithoutReference) WriteRequests(IReadOnlyList<PlanItem> items, IReadOnlyList<double> alphas, IReferences references)
    {
        Directory.CreateDirectory(Folder);
        var (path, without) = (Path.Combine(Folder, "requests.jsonl"), 0);
        using var file = new StreamWriter(path);
        foreach (var item in items)
        {
            if (references.Find(item) is not { } reference)
            {
                without++;
                continue;
            }

            for (var i = 0; i < alphas.Count; i++)
            {
                var line = RequestFile.Line(plan, item);
                line["id"] = Id(item, alphas[i]);
                line["semantic_image"] = reference;
                line["alpha"] = alphas[i];
                line["reply"] = item.Reply is null;
                line["options"]!["count"] = 1;
                line["options"]!["seed"] = unchecked(item.Seed + ((ulong)i * 1_000_003)).ToString(CultureInfo.InvariantCulture);
                file.Write(line.ToJsonString() + "\n");
            }
        }

        return (path, without);
    }

    /// <summary>Filters what was made and not filtered before, and adds what passes to the index.</summary>
    /// <returns>How many were filtered in all, and how many kept.</returns>
    public (int Filtered, int Kept) Filter(IReadOnlyList<PlanItem> items, IReadOnlyList<double> alphas, SampleFilter filter, FilterThresholds thresholds, CancellationToken cancellation)
    {
        var samples = items.SelectMany(item => alphas.Select(alpha => (Id: Id(item, alpha), Item: item))).ToDictionary(sample => sample.Id, sample => sample.Item);
        var known = ReadScores();
        var indexed = Directory.EnumerateFiles(output, "index*.jsonl").Any() ? QuadrupletFolder.Read(output).Select(quadruplet => quadruplet.Id).ToHashSet(StringComparer.Ordinal) : [];
        var made = ResultFolder.Lines(Folder).Select(line => (Id: (string)line["id"]!, File: (string?)line["pictures"]?[0]?["file"], Reply: (string?)line["reply"]))
            .Where(line => line.File is not null && samples.ContainsKey(line.Id)).DistinctBy(line => line.Id).ToList();
        foreach (var batch in made.Where(line => !known.ContainsKey(line.Id)).Chunk(Batch))
        {
            var scores = filter.Score([.. batch.Select(line => (
                PictureReader.Read(plan.PathOf(plan.SubjectOf(samples[line.Id]).Picture)), PictureReader.Read(Path.Combine(Folder, line.File!)), samples[line.Id].Caption))], cancellation);
            File.AppendAllText(Path.Combine(output, Scores), string.Concat(batch.Select((line, i) => ScoreLine(line.Id, scores[i]))));
            for (var i = 0; i < batch.Length; i++)
            {
                known[batch[i].Id] = scores[i];
            }
        }

        QuadrupletFolder.Append(output, 0, made.Where(line => thresholds.Keeps(known[line.Id]) && !indexed.Contains(line.Id)).Select(line => Quadruplet(line.Id, samples[line.Id], line.File!, line.Reply)));
        return (made.Count, made.Count(line => thresholds.Keeps(known[line.Id])));
    }

    private Quadruplet Quadruplet(string id, PlanItem item, string file, string? reply)
    {
        var picture = plan.SubjectOf(item).Picture;
        var subject = $"{Subjects}/{item.Subject}{Path.GetExtension(picture)}";
        var copy = Path.Combine(output, subject);
        if (!File.Exists(copy))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(plan.PathOf(picture), copy);
        }

        return new Quadruplet(id, subject, $"{Generated}/{file}", item.Turns, item.Reply ?? reply ?? "", item.Caption);
    }

    private Dictionary<string, FilterScore> ReadScores()
    {
        var path = Path.Combine(output, Scores);
        var scores = new Dictionary<string, FilterScore>(StringComparer.Ordinal);
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (line.EndsWith('}') && JsonNode.Parse(line) is { } json)
            {
                scores[(string)json["id"]!] = new FilterScore((double)json["text"]!, (double)json["subject"]!);
            }
        }

        return scores;
    }

    private static string ScoreLine(string id, FilterScore score) => new JsonObject { ["id"] = id, ["text"] = score.Text, ["subject"] = score.Subject }.ToJsonString() + "\n";

    private static string Id(PlanItem item, double alpha) => FormattableString.Invariant($"{item.Id}-a{alpha:0.###}");
}
