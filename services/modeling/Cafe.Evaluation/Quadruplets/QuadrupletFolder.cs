using System.Text.Json;

namespace Cafe.Evaluation.Quadruplets;

/// <summary>
/// Samples as a folder: index.jsonl with one line for each, and pictures in any layout below. Several workers write shards of their
/// own (index-00003.jsonl) into one folder; a reader takes them together, or its share of them.
/// </summary>
public static class QuadrupletFolder
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The index lines of one worker's share, in order of shard and line: every worker-th line from the worker's number.</summary>
    /// <param name="folder">Holds index.jsonl, or shards of it.</param>
    /// <param name="worker">From 0.</param>
    /// <param name="workers">From 1.</param>
    /// <exception cref="InvalidDataException">No index, or a line that is none; the message has file and line.</exception>
    public static IEnumerable<Quadruplet> Read(string folder, int worker = 0, int workers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(worker);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(worker, workers);
        List<string> indices = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "index*.jsonl").Order(StringComparer.Ordinal)] : [];
        if (indices.Count == 0)
        {
            throw new InvalidDataException($"{folder} has no index.jsonl.");
        }

        return ReadAll(indices).Where((_, number) => number % workers == worker);
    }

    /// <summary>Appends to a worker's shard; a sample counts once its line is written, so an interrupted worker goes on after the last.</summary>
    /// <param name="folder">Made if it is missing.</param>
    /// <param name="shard">The worker's number, from 0.</param>
    /// <param name="quadruplets">Their pictures are in place already.</param>
    public static void Append(string folder, int shard, IEnumerable<Quadruplet> quadruplets)
    {
        ArgumentNullException.ThrowIfNull(quadruplets);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        Directory.CreateDirectory(folder);
        using var file = new StreamWriter(Path.Combine(folder, $"index-{shard:D5}.jsonl"), append: true) { AutoFlush = true };
        foreach (var quadruplet in quadruplets)
        {
            file.Write(JsonSerializer.Serialize(quadruplet, Json) + "\n");
        }
    }

    private static IEnumerable<Quadruplet> ReadAll(List<string> indices)
    {
        foreach (var index in indices)
        {
            var number = 0;
            foreach (var line in File.ReadLines(index))
            {
                number++;
                if (line.Length > 0)
                {
                    yield return Parse(line, $"{Path.GetFileName(index)}, line {number}");
                }
            }
        }
    }

    private static Quadruplet Parse(string line, string where)
    {
        Quadruplet? read;
        try
        {
            read = JsonSerializer.Deserialize<Quadruplet>(line, Json);
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{where}: {broken.Message}", broken);
        }

        if (read is null || string.IsNullOrEmpty(read.Id) || string.IsNullOrEmpty(read.Subject) || string.IsNullOrEmpty(read.Target) || read.Turns is not [.., { Role: ChatTurn.User }])
        {
            throw new InvalidDataException($"{where}: id, subject, target and turns (the last the user's) are needed.");
        }

        // A path must not leave the folder.
        foreach (var path in new[] { read.Subject, read.Target })
        {
            if (Path.IsPathRooted(path) || path.Split('/', '\\').Contains(".."))
            {
                throw new InvalidDataException($"{where}: '{path}' leaves the folder.");
            }
        }

        return read;
    }
}
