using System.Globalization;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Modeling.Graphs.Onnx;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>Takes a pack's weights out of its graphs again, under their published names and in their published shapes, so that training can go on from a pack.</summary>
public static class PackedWeights
{
    private const string DataFile = "location", Offset = "offset", Length = "length";

    /// <summary>The tensors of a graph that came from a checkpoint, in the type that the pack keeps; constants are left out. Data files are mapped, of any size.</summary>
    /// <param name="path">A pack's .onnx file, its external data beside it.</param>
    /// <exception cref="CheckpointException">The graph or its data can't be read, or a weight is kept in a form that can't be undone (int4, position embeddings for another size).</exception>
    public static Checkpoint Read(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var graph = Parse(path).Graph ?? throw new CheckpointException($"'{path}' holds no graph.");
        var files = new Dictionary<string, FileBytes>(StringComparer.Ordinal);
        try
        {
            return new TensorTable(path, [.. graph.Initializer.Where(t => !IsConstant(t.Name)).Select(t => Published(Stored(t), path))], [.. files.Values]);
        }
        catch
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }

            throw;
        }

        TensorSource Stored(TensorProto tensor)
        {
            var type = OnnxTypes.Type(tensor.DataType);
            if (tensor.ExternalData.Count == 0)
            {
                return new MemoryTensor(tensor.Name, type, [.. tensor.Dims], tensor.RawData.Memory);
            }

            var entries = tensor.ExternalData.ToLookup(e => e.Key, e => e.Value);
            var name = entries[DataFile].FirstOrDefault();
            if (string.IsNullOrEmpty(name) || Path.GetFileName(name) != name)
            {
                throw new CheckpointException($"'{path}': the data of '{tensor.Name}' lie in '{name}', which is no file beside the graph.");
            }

            if (!files.TryGetValue(name, out var file))
            {
                file = files[name] = MappedFile.Open(Path.Combine(folder, name));
            }

            var start = Number(entries[Offset].FirstOrDefault(), 0);
            var source = new FileTensor(tensor.Name, type, [.. tensor.Dims], file, start);
            var count = Number(entries[Length].FirstOrDefault(), source.ByteCount);
            return count == source.ByteCount && start <= file.Length - count
                ? source
                : throw new CheckpointException($"'{path}': the data of {source} ({count} bytes from {start}) are not its {source.ByteCount} bytes within the file's {file.Length}.");

            long Number(string? text, long absent) => text is null ? absent
                : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : throw new CheckpointException($"'{path}': where the data of '{tensor.Name}' lie is given as '{text}', which is no whole number.");
        }
    }

    // GraphBuilder names constants by their type and value.
    private static bool IsConstant(string name) => name.AsSpan().IndexOfAny(":([") >= 0;

    private static ModelProto Parse(string path)
    {
        try
        {
            return GraphWeights.Parse(path, $"'{path}'");
        }
        catch (PackException failure)
        {
            throw new CheckpointException(failure.Message);
        }
    }

    // A graph's name for a weight is the published one and what was done to it.
    private static TensorSource Published(TensorSource tensor, string path)
    {
        var transposed = WeightTransform.Transpose.Suffix;
        if (tensor.Name.EndsWith(transposed, StringComparison.Ordinal))
        {
            return tensor.Transpose().Rename(tensor.Name[..^transposed.Length]);
        }

        if (InterpolatedPositions.IsResult(tensor.Name))
        {
            throw new CheckpointException($"'{path}': '{tensor.Name}' was interpolated for the size that is served, from which the published weight can't be had again.");
        }

        return tensor.Type is TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16
            ? tensor
            : throw new CheckpointException($"'{path}': '{tensor.Name}' is kept as {tensor.Type}, from which the published weight can't be had again.");
    }
}
