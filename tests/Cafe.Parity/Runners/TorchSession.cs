using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Training.Execution;
using TorchSharp;

namespace Cafe.Parity.Runners;

/// <summary>A graph in TorchSharp, its weights frozen.</summary>
internal sealed class TorchSession : IGraphSession
{
    private readonly ParameterSet parameters;
    private readonly GraphModule module;

    public TorchSession(Graph graph, Func<string, TensorSource> weights)
    {
        parameters = new ParameterSet(ParameterSpec.Of([graph], trainable: _ => false));
        parameters.Load(weights);
        module = new GraphModule(graph, parameters);
    }

    public IReadOnlyDictionary<string, HostTensor> Run(IReadOnlyDictionary<string, HostTensor> inputs)
    {
        using var scope = torch.NewDisposeScope();
        using var inference = torch.inference_mode();
        var tensors = inputs.ToDictionary(i => i.Key, i => new MemoryTensor(i.Key, i.Value.Type, [.. i.Value.Shape], i.Value.Bytes).ToTensor());
        return module.Forward(tensors).ToDictionary(o => o.Key, o => HostTensor.From(o.Value.ToSource(o.Key)));
    }

    public void Dispose()
    {
        module.Dispose();
        parameters.Dispose();
    }
}
