using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Parity.Runners;

/// <summary>A graph in ONNX Runtime, written to a folder with its external data as a pack has it.</summary>
internal sealed class OnnxSession : IGraphSession
{
    private static readonly SessionFactory Factory = new(new SessionSettings());

    private static readonly Dictionary<TensorElementType, TensorType> Types = new()
    {
        [TensorElementType.Float] = TensorType.Float32,
        [TensorElementType.Float16] = TensorType.Float16,
        [TensorElementType.Int64] = TensorType.Int64,
        [TensorElementType.Int32] = TensorType.Int32,
    };

    private readonly string folder;
    private readonly ModelSession session;

    public OnnxSession(Graph graph, Func<string, TensorSource> weights)
    {
        folder = Directory.CreateTempSubdirectory("cafe-parity-").FullName;
        try
        {
            var path = Path.Combine(folder, graph.Name + ".onnx");
            GraphWriter.Write(graph, weights, path);
            session = Factory.Open(path);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public IReadOnlyDictionary<string, HostTensor> Run(IReadOnlyDictionary<string, HostTensor> inputs)
    {
        var values = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var (name, tensor) in inputs)
            {
                var type = Types.Single(t => t.Value == tensor.Type).Key;
                var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, tensor.Shape);
                tensor.Bytes.CopyTo(value.GetTensorMutableRawData());
                values.Add(name, value);
            }

            using var result = session.Run(values);
            return session.Outputs.ToDictionary(o => o.Name, o => FromResult(result[o.Name]));
        }
        finally
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }
        }
    }

    public void Dispose()
    {
        session.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static HostTensor FromResult(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new HostTensor(Types[info.ElementDataType], info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
