using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Benchmarks.Graphs;

/// <summary>A graph in ONNX Runtime with its inputs bound, from external data as a pack has it.</summary>
internal sealed class OnnxSide : IDisposable
{
    private readonly GraphCase definition;
    private readonly Graph graph;
    private readonly ModelSession session;
    private readonly OrtIoBinding binding;
    private readonly List<OrtValue> values = [];

    public OnnxSide(GraphCase definition, Graph graph, string path, int threads, string? profilePrefix = null)
    {
        this.definition = definition;
        this.graph = graph;
        session = new SessionFactory(new SessionSettings { Threads = threads, ProfilePrefix = profilePrefix }).Open(path);
        binding = session.CreateBinding();
        var inputs = new Dictionary<string, OrtValue>();
        foreach (var port in graph.Inputs)
        {
            inputs[port.Name] = Bind(port, definition.Sizes);
        }

        foreach (var output in session.Outputs)
        {
            if (definition.InPlace?.TryGetValue(output.Name, out var input) == true)
            {
                binding.BindOutput(output.Name, inputs[input]);
            }
            else
            {
                binding.BindOutputToDevice(output.Name, OrtMemoryInfo.DefaultInstance);
            }
        }
    }

    public void Run() => session.Run(binding);

    /// <summary>Ends profiling; the path of what was written.</summary>
    public string EndProfiling() => session.Native.EndProfiling();

    /// <summary>Elements of the first output that is no cache: caches are declared before logits.</summary>
    public float[] FirstOutput()
    {
        using var outputs = binding.GetOutputValues();
        var first = session.Outputs.Index().First(output => definition.InPlace?.ContainsKey(output.Item.Name) != true).Index;
        return outputs[first].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>
    /// The first output's elements as a graph without a cache has them: of a run in which nothing is cached, so that a decoder's token is the first of its row. Later runs are as before.
    /// </summary>
    public float[] OutputAlone()
    {
        if (!definition.Sizes.ContainsKey(SyntheticTensors.CachedTokens))
        {
            return FirstOutput();
        }

        BindLengths(new Dictionary<string, long>(definition.Sizes) { [SyntheticTensors.CachedTokens] = 0 });
        Run();
        var output = FirstOutput();
        BindLengths(definition.Sizes);
        Run();
        return output;
    }

    public void Dispose()
    {
        binding.Dispose();
        values.ForEach(v => v.Dispose());
        session.Dispose();
    }

    private void BindLengths(IReadOnlyDictionary<string, long> sizes)
    {
        foreach (var port in graph.Inputs.Where(i => i.Type == TensorType.Int32))
        {
            Bind(port, sizes);
        }
    }

    private OrtValue Bind(GraphPort port, IReadOnlyDictionary<string, long> sizes)
    {
        var value = ToOrtValue(SyntheticTensors.Input(port, sizes));
        values.Add(value);
        binding.BindInput(port.Name, value);
        return value;
    }

    private static OrtValue ToOrtValue(MemoryTensor tensor)
    {
        var bytes = new byte[tensor.ByteCount];
        tensor.Read(0, bytes);
        long[] shape = [.. tensor.Shape];
        return tensor.Type switch
        {
            TensorType.Float32 => Tensors.Of(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape),
            TensorType.Int64 => Tensors.Of(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(bytes).ToArray(), shape),
            TensorType.Int32 => Tensors.Of(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(bytes).ToArray(), shape),
            _ => throw new NotSupportedException($"No input of type {tensor.Type} is bound."),
        };
    }
}
