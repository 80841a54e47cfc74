using System.Text.Json;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// A checkpoint split into files, joined by an index: <c>weight_map</c> says which file holds which tensor. Both must agree entirely.
/// </summary>
public static class ShardedCheckpoint
{
    private const long MaxIndexBytes = 64 << 20;

    /// <param name="indexPath">For example <c>model.safetensors.index.json</c>; the shards lie beside it.</param>
    /// <exception cref="CheckpointException">Shards or tensors are missing, or are there but not in the index.</exception>
    public static Checkpoint Open(string indexPath)
    {
        var name = Path.GetFileName(indexPath);
        var folder = Path.GetDirectoryName(Path.GetFullPath(indexPath))!;
        var map = ReadMap(indexPath, name);
        var shards = map.Values.Distinct(StringComparer.Ordinal).ToList();
        var absent = shards.Where(shard => !File.Exists(Path.Combine(folder, shard))).ToList();
        if (absent.Count > 0)
        {
            throw new CheckpointException($"{name}: missing shards: {string.Join(", ", absent)}.");
        }

        var opened = new Dictionary<string, Checkpoint>(StringComparer.Ordinal);
        try
        {
            foreach (var shard in shards)
            {
                opened.Add(shard, CheckpointFile.Open(Path.Combine(folder, shard)));
            }

            return new TensorTable(name, Join(name, map, opened), [.. opened.Values]);
        }
        catch
        {
            foreach (var shard in opened.Values)
            {
                shard.Dispose();
            }

            throw;
        }
    }

    private static List<TensorSource> Join(string name, Dictionary<string, string> map, Dictionary<string, Checkpoint> shards)
    {
        var tensors = new List<TensorSource>();
        var problems = new List<string>();
        foreach (var (shard, checkpoint) in shards)
        {
            foreach (var tensor in checkpoint.Tensors)
            {
                if (map.GetValueOrDefault(tensor.Name) == shard)
                {
                    tensors.Add(tensor);
                }
                else
                {
                    problems.Add($"unexpected in {shard}: {tensor.Name}");
                }
            }
        }

        problems.AddRange(map.Where(entry => !shards[entry.Value].TryGet(entry.Key, out _)).Select(entry => $"missing from {entry.Value}: {entry.Key}"));
        return problems.Count == 0 ? tensors : throw new CheckpointException($"{name} and its shards differ:\n{string.Join('\n', problems)}");
    }

    private static Dictionary<string, string> ReadMap(string path, string name)
    {
        using var file = MappedFile.Open(path);
        if (file.Length > MaxIndexBytes)
        {
            throw new CheckpointException($"{name} has {file.Length} bytes; the limit for an index is {MaxIndexBytes}.");
        }

        try
        {
            return ReadMap(name, file.Read(0, (int)file.Length));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is what the reader throws for a string that is no text, as half a surrogate pair.
            throw new CheckpointException($"{name} is no valid JSON: {e.Message}", e);
        }
    }

    private static Dictionary<string, string> ReadMap(string name, ReadOnlyMemory<byte> json)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out var entries) || entries.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException($"{name} has no object 'weight_map'.");
        }

        foreach (var entry in entries.EnumerateObject())
        {
            var shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
            if (!IsPlainFileName(shard))
            {
                throw new CheckpointException($"{name}: the shard '{shard}' of '{entry.Name}' is no plain file name.");
            }

            map.Add(entry.Name, shard);
        }

        return map;
    }

    // A shard lies beside its index: no separators, no parent, no index that names an index.
    private static bool IsPlainFileName(string shard) =>
        shard.Length is > 0 and <= 255
        && shard.IndexOfAny(['/', '\\', '\0']) < 0
        && !shard.StartsWith('.')
        && (Path.GetExtension(shard) is ".safetensors" or ".bin");
}
