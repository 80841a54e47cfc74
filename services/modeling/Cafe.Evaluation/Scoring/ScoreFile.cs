using System.Text;
using System.Text.Json;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Plans;

namespace Cafe.Evaluation.Scoring;

/// <summary>scores.jsonl of a results folder, and beside it which evaluators they are of. An interrupted scoring goes on after the last whole line.</summary>
public static class ScoreFile
{
    private const string Name = "scores.jsonl", JudgesName = "scored-by.json";

    /// <summary>Every picture's scores: those in the file, then those of the rest, appended in batches.</summary>
    /// <param name="folder">The results folder.</param>
    /// <param name="judges">Names of the evaluators; where the file is of others, it is begun anew.</param>
    /// <param name="pictures">All pictures of the results.</param>
    /// <param name="score">Scores a batch.</param>
    /// <param name="progress">Told how many are scored.</param>
    public static IReadOnlyList<PictureScore> Complete(
        string folder, IReadOnlyDictionary<string, string> judges, IReadOnlyList<ScoredPicture> pictures, Func<IReadOnlyList<ScoredPicture>, IReadOnlyList<PictureScore>> score, Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(score);
        const int batch = 32;
        var (path, by) = (Path.Combine(folder, Name), Path.Combine(folder, JudgesName));
        var text = JsonSerializer.Serialize(judges, EvaluatorJson.Indented);
        if (!File.Exists(by) || File.ReadAllText(by) != text)
        {
            File.Delete(path);
            File.WriteAllText(by, text);
        }

        var wanted = pictures.Select(picture => (picture.Item.Id, picture.Index)).ToHashSet();
        var scores = (File.Exists(path) ? ReadWhole(path) : []).Where(known => wanted.Remove((known.Item, known.Index))).ToList();
        foreach (var part in pictures.Where(picture => wanted.Contains((picture.Item.Id, picture.Index))).Chunk(batch))
        {
            var fresh = score(part);
            File.AppendAllText(path, string.Concat(fresh.Select(line => JsonSerializer.Serialize(line, EvaluatorJson.Line) + "\n")));
            scores.AddRange(fresh);
            progress?.Invoke(scores.Count);
        }

        return scores;
    }

    /// <summary>Writes scores that were made in one go.</summary>
    public static void Write(string folder, IReadOnlyList<PictureScore> scores) =>
        File.WriteAllLines(Path.Combine(folder, Name), scores.Select(score => JsonSerializer.Serialize(score, EvaluatorJson.Line)));

    /// <summary>The scores of a results folder.</summary>
    /// <exception cref="PlanException">It was not scored.</exception>
    public static IReadOnlyList<PictureScore> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        return File.Exists(path) ? ReadWhole(path) : throw new PlanException($"{folder} has no {Name}: it was not scored.");
    }

    // A line that an interruption tore is dropped, and its picture scored again.
    private static List<PictureScore> ReadWhole(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (whole < bytes.Length)
        {
            using var file = File.OpenWrite(path);
            file.SetLength(whole);
        }

        try
        {
            return [.. Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<PictureScore>(line, EvaluatorJson.Line)!)];
        }
        catch (JsonException broken)
        {
            throw new PlanException($"{path}: {broken.Message}");
        }
    }
}
