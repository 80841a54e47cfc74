using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cafe.Modeling.Checkpoints;

/// <summary>Writes safetensors files, streaming each tensor from its source. A file appears under its name only when it is complete.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes one file. Tensors are laid out by falling element size, then name, so that every one is aligned to its own size.</summary>
    /// <param name="metadata">Kept under <c>__metadata__</c>; <c>format: pt</c> is what readers of published checkpoints expect.</param>
    /// <exception cref="CheckpointException">Two tensors have one name.</exception>
    public static void Write(string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var partial = path + ".partial";
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                Write(stream, tensors, metadata);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <inheritdoc cref="Write(string, IEnumerable{TensorSource}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(Stream stream, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.OrderByDescending(tensor => tensor.Type.Size()).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        var header = Header(ordered, metadata);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var tensor in ordered)
        {
            tensor.WriteTo(stream);
        }
    }

    /// <summary>
    /// Writes <c>{stem}-0000i-of-0000n.safetensors</c> and <c>{stem}.safetensors.index.json</c>, in the given order of tensors; a shard is
    /// closed before it would pass <paramref name="maxShardBytes"/>, unless one tensor alone does. The index is written last.
    /// </summary>
    public static void WriteSharded(string folder, string stem, IEnumerable<TensorSource> tensors, long maxShardBytes, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardBytes, 1);
        var shards = new List<List<TensorSource>>();
        var room = 0L;
        foreach (var tensor in tensors)
        {
            if (shards.Count == 0 || tensor.ByteCount > room)
            {
                shards.Add([]);
                room = maxShardBytes;
            }

            shards[^1].Add(tensor);
            room -= tensor.ByteCount;
        }

        var map = new JsonObject();
        foreach (var (i, shard) in shards.Index())
        {
            var file = $"{stem}-{i + 1:d5}-of-{shards.Count:d5}.safetensors";
            Write(Path.Combine(folder, file), shard, metadata);
            foreach (var tensor in shard)
            {
                if (!map.TryAdd(tensor.Name, file))
                {
                    throw new CheckpointException($"{stem}: two tensors are named '{tensor.Name}'.");
                }
            }
        }

        var index = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = shards.Sum(shard => shard.Sum(tensor => tensor.ByteCount)) },
            ["weight_map"] = map,
        };
        File.WriteAllText(Path.Combine(folder, $"{stem}.safetensors.index.json"), index.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    private static byte[] Header(List<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                {
                    throw new CheckpointException($"Two tensors are named '{tensor.Name}'.");
                }

                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", SafetensorsHeader.TypeName(tensor.Type));
                WriteNumbers(json, "shape", [.. tensor.Shape]);
                WriteNumbers(json, "data_offsets", [offset, offset += tensor.ByteCount]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces bring the data to a multiple of eight.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string field, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(field);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
