using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Benchmarks.Graphs;

/// <summary>A graph in ONNX Runtime with its inputs bound, from external data as a pack has it.</summary>
internal sealed class OnnxSide : IDisposable
{
    private readonly ModelSession session;
    private readonly OrtIoBinding binding;
    private readonly List<OrtValue> values = [];

    public OnnxSide(GraphCase definition, Graph graph, string path, int threads, string? profilePrefix = null)
    {
        session = new SessionFactory(new SessionSettings { Threads = threads, ProfilePrefix = profilePrefix }).Open(path);
        binding = session.CreateBinding();
        var inputs = new Dictionary<string, OrtValue>();
        foreach (var port in graph.Inputs)
        {
            var value = ToOrtValue(SyntheticTensors.Input(port, definition.Sizes));
            values.Add(value);
            inputs[port.Name] = value;
            binding.BindInput(port.Name, value);
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

    /// <summary>The first output's elements.</summary>
    public float[] FirstOutput()
    {
        using var outputs = binding.GetOutputValues();
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        binding.Dispose();
        values.ForEach(v => v.Dispose());
        session.Dispose();
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
