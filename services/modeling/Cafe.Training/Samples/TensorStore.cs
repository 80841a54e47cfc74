using System.Collections.Immutable;
using System.IO.MemoryMappedFiles;
using System.Text.Json;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Training.Samples;

/// <summary>
/// Columns in a folder: store.json (count, and each field's name, type and shape) and one file of packed rows per field. Memory-mapped: opening costs nothing, and what
/// is read is shared with every other process that trains on it.
/// </summary>
public sealed class TensorStore : ISampleSource, IDisposable
{
    internal const string Index = "store.json";

    private readonly Dictionary<SampleField, MemoryMappedViewAccessor> views = [];
    private readonly List<MemoryMappedFile> files = [];

    private TensorStore(long count, IReadOnlyList<SampleField> fields)
    {
        Count = count;
        Fields = fields;
    }

    public long Count { get; }

    public IReadOnlyList<SampleField> Fields { get; }

    /// <exception cref="SampleException">The folder holds no complete store.</exception>
    public static TensorStore Open(string folder)
    {
        var index = Path.Combine(folder, Index);
        if (!File.Exists(index))
        {
            throw new SampleException($"{folder} has no {Index}: it was not made, or not to the end.");
        }

        var content = JsonSerializer.Deserialize<StoreIndex>(File.ReadAllBytes(index), StoreIndex.Json)
            ?? throw new SampleException($"{index} is empty.");
        var store = new TensorStore(content.Count, [.. content.Fields.Select(f => new SampleField(f.Name, f.Type, [.. f.Shape]))]);
        foreach (var field in store.Fields)
        {
            store.Map(Path.Combine(folder, field.Name + ".bin"), field);
        }

        return store;
    }

    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, Index));

    public unsafe void Read(SampleField field, long index, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, field.Bytes, nameof(destination));
        var view = views[field];
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            new ReadOnlySpan<byte>(start + index * field.Bytes, field.Bytes).CopyTo(destination);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    public void Dispose()
    {
        foreach (var view in views.Values)
        {
            view.Dispose();
        }

        files.ForEach(f => f.Dispose());
    }

    private void Map(string path, SampleField field)
    {
        var bytes = Count * field.Bytes;
        if (!File.Exists(path) || new FileInfo(path).Length != bytes)
        {
            throw new SampleException($"{path} should have {bytes} bytes for {Count} samples.");
        }

        if (bytes == 0)
        {
            return;
        }

        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        files.Add(file);
        views.Add(field, file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read));
    }

    internal sealed record StoreIndex(long Count, IReadOnlyList<StoreField> Fields)
    {
        public static JsonSerializerOptions Json { get; } = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        };
    }

    internal sealed record StoreField(string Name, TensorType Type, ImmutableArray<long> Shape);
}
