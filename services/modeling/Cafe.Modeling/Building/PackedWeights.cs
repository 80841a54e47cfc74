using System.Globalization;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Modeling.Graphs.Onnx;

namespace Cafe.Modeling.Building;

/// <summary>Takes a pack's weights out of its graphs again, under their published names and in their published shapes, so that training can go on from a pack.</summary>
public static class PackedWeights
{
    private const string DataFile = "location", Offset = "offset", Length = "length";

    /// <summary>The tensors of a graph that came from a checkpoint, in the type that the pack keeps; constants are left out.</summary>
    /// <param name="path">A pack's .onnx file, its external data beside it.</param>
    /// <exception cref="CheckpointException">The graph or its data can't be read, or a weight is kept in a form that can't be undone (int4).</exception>
    public static IReadOnlyList<TensorSource> Read(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var model = Parse(path);
        var files = new Dictionary<string, byte[]>();
        var tensors = new List<TensorSource>();
        foreach (var initializer in model.Graph.Initializer.Where(t => !IsConstant(t.Name)))
        {
            if (initializer.ExternalData.Count == 0)
            {
                tensors.Add(Published(new MemoryTensor(initializer.Name, OnnxTypes.Type(initializer.DataType), [.. initializer.Dims], initializer.RawData.Memory), path));
                continue;
            }

            var entries = initializer.ExternalData.ToDictionary(e => e.Key, e => e.Value);
            if (!files.TryGetValue(entries[DataFile], out var data))
            {
                data = files[entries[DataFile]] = File.ReadAllBytes(Path.Combine(folder, entries[DataFile]));
            }

            var slice = Slice(data, entries, initializer.Name, path);
            tensors.Add(Published(new MemoryTensor(initializer.Name, OnnxTypes.Type(initializer.DataType), [.. initializer.Dims], slice), path));
        }

        return tensors;
    }

    // GraphBuilder names constants by their type and value.
    private static bool IsConstant(string name) => name.AsSpan().IndexOfAny(":([") >= 0;

    private static ModelProto Parse(string path)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        }
        catch (Google.Protobuf.InvalidProtocolBufferException failure)
        {
            throw new CheckpointException($"'{path}' is no ONNX graph: {failure.Message}");
        }
    }

    private static ReadOnlyMemory<byte> Slice(byte[] data, IReadOnlyDictionary<string, string> entries, string name, string path)
    {
        var start = entries.TryGetValue(Offset, out var offset) ? int.Parse(offset, CultureInfo.InvariantCulture) : 0;
        var count = entries.TryGetValue(Length, out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : data.Length - start;
        return start >= 0 && count >= 0 && start + (long)count <= data.Length
            ? data.AsMemory(start, count)
            : throw new CheckpointException($"'{path}': the data of '{name}' ({count} bytes from {start}) lie past the file's {data.Length}.");
    }

    // A graph's name for a weight is the published one and what was done to it.
    private static TensorSource Published(MemoryTensor tensor, string path)
    {
        var transposed = WeightTransform.Transpose.Suffix;
        if (tensor.Name.EndsWith(transposed, StringComparison.Ordinal))
        {
            return tensor.Transpose().Rename(tensor.Name[..^transposed.Length]);
        }

        return tensor.Type is TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16
            ? tensor
            : throw new CheckpointException($"'{path}': '{tensor.Name}' is kept as {tensor.Type}, from which the published weight can't be had again.");
    }
}
