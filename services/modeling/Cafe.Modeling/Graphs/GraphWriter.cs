using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs.Onnx;
using Google.Protobuf;

namespace Cafe.Modeling.Graphs;

/// <summary>Writes graphs as ONNX models, with their weights read from a checkpoint on the way.</summary>
public static class GraphWriter
{
    /// <summary>Weights of at least this many bytes go to the data file; smaller ones, such as shapes that the runtime must see, stay in the model.</summary>
    private const int ExternalBytes = 1024;

    // Where a memory map may start on every platform. A tensor that is small beside it is aligned for the processor alone: a tiny pack would be all gaps.
    private const long MapAlignment = 65536;
    private const long VectorAlignment = 64;
    private const long MappedBytes = 1 << 20;

    /// <summary>
    /// Writes <paramref name="path"/> and, beside it, the weights under the same name with the extension <c>.data</c>. Weights are streamed: memory does not grow with the model,
    /// and the data file may be of any size.
    /// </summary>
    /// <param name="weights">The published tensor of a name.</param>
    /// <param name="progress">Told the bytes of weights written by each step.</param>
    /// <exception cref="CheckpointException">A tensor's shape is not what the graph expects.</exception>
    public static void Write(Graph graph, Func<string, TensorSource> weights, string path, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var dataPath = Path.ChangeExtension(path, ".data");
        using var data = new FileStream(dataPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        using var counted = new ProgressStream(data, progress, cancellation);
        var model = OnnxModel.From(graph, initializer =>
        {
            cancellation.ThrowIfCancellationRequested();
            var tensor = OnnxModel.Header(initializer);
            if (initializer.Bytes < ExternalBytes)
            {
                tensor.RawData = Inline(initializer, weights);
                return tensor;
            }

            var alignment = initializer.Bytes >= MappedBytes ? MapAlignment : VectorAlignment;
            data.Position = (data.Position + alignment - 1) / alignment * alignment;
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Path.GetFileName(dataPath) });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = FormattableString.Invariant($"{data.Position}") });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = FormattableString.Invariant($"{initializer.Bytes}") });
            Resolve(initializer, weights).WriteTo(counted);
            return tensor;
        });
        using var file = File.Create(path);
        model.WriteTo(file);
    }

    /// <summary>The model with its weights inside, for graphs that are small (under 2 GiB, the format's limit): tests, and what is run without being kept.</summary>
    public static byte[] ToBytes(Graph graph, Func<string, TensorSource> weights) =>
        OnnxModel.From(graph, initializer =>
        {
            var tensor = OnnxModel.Header(initializer);
            tensor.RawData = Inline(initializer, weights);
            return tensor;
        }).ToByteArray();

    /// <summary>An initialiser's contents, in the graph's form and type.</summary>
    public static TensorSource Resolve(Initializer initializer, Func<string, TensorSource> weights)
    {
        if (initializer.Data is { } constant)
        {
            return new MemoryTensor(initializer.Name, initializer.Type, [.. initializer.Shape], constant);
        }

        var published = weights(initializer.PublishedName!);
        if (!published.Shape.SequenceEqual(initializer.PublishedShape))
        {
            throw new CheckpointException($"{published} should have the shape [{string.Join(", ", initializer.PublishedShape)}].");
        }

        var source = initializer.Transform.Apply(published);
        source = source.Type == initializer.Type ? source : source.Cast(initializer.Type);
        return source.Shape.SequenceEqual(initializer.Shape)
            ? source
            : throw new InvalidOperationException($"{source} was transformed to another shape than [{string.Join(", ", initializer.Shape)}].");
    }

    private static ByteString Inline(Initializer initializer, Func<string, TensorSource> weights)
    {
        var bytes = new byte[checked((int)initializer.Bytes)];
        Resolve(initializer, weights).Read(0, bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
