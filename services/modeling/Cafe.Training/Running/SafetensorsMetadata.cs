using System.Buffers.Binary;
using System.Text.Json;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Training.Running;

/// <summary>The free text that a safetensors file carries in its header.</summary>
internal static class SafetensorsMetadata
{
    private const int MaxHeader = 100 << 20;

    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > MaxHeader)
        {
            throw new CheckpointException($"{path}: a header of {length} bytes.");
        }

        var header = new byte[length];
        file.ReadExactly(header);
        using var json = JsonDocument.Parse(header);
        return json.RootElement.TryGetProperty("__metadata__", out var metadata)
            ? metadata.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "")
            : new Dictionary<string, string>();
    }
}
