using Cafe.Modeling.Graphs.Onnx;
using Cafe.Packs.Manifest;
using Google.Protobuf;

namespace Cafe.Modeling.Building;

/// <summary>What a graph's weights take, from its .onnx file alone.</summary>
/// <param name="Parameters">Numbers in the graph, four-bit ones counted each; the few that it computes with beside its weights are among them.</param>
/// <param name="Memory">Bytes once a session is open.</param>
public readonly record struct GraphWeights(long Parameters, long Memory)
{
    private const long MaxGraphBytes = 1L << 30;

    // Numbers of TensorProto.DataType.
    private const int Float = 1, UInt8 = 2, Float16 = 10;

    /// <param name="path">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="PackException">The file is no graph.</exception>
    public static GraphWeights Read(string path, string name)
    {
        var graph = Parse(path, name).Graph ?? throw new PackException($"{name} holds no graph.");

        // Weights kept in halves for a processor without half arithmetic are cast once, when the session is opened.
        var cast = graph.Node.Where(node => node.OpType == "Cast").SelectMany(node => node.Input).ToHashSet();
        var packed = graph.Node.Where(node => node.OpType == "MatMulNBits" && node.Input.Count > 1).Select(node => node.Input[1]).ToHashSet();
        long parameters = 0, memory = 0;
        foreach (var tensor in graph.Initializer)
        {
            var count = tensor.Dims.Aggregate(1L, (product, size) => product * size);
            memory += count * tensor.DataType switch { Float => 4, Float16 => cast.Contains(tensor.Name) ? 4 : 2, UInt8 => 1, _ => 8 };
            parameters += packed.Contains(tensor.Name) ? 2 * count : tensor.DataType is Float or Float16 ? count : 0;
        }

        return new GraphWeights(parameters, memory);
    }

    internal static ModelProto Parse(string path, string name)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return stream.Length <= MaxGraphBytes ? ModelProto.Parser.ParseFrom(stream) : throw new PackException($"{name} has {stream.Length} bytes; the limit is {MaxGraphBytes}.");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new PackException($"{name} is no ONNX graph: {e.Message}", e);
        }
    }
}
