using Cafe.Modeling.Graphs;
using Cafe.Training.Execution;
using TorchSharp;

namespace Cafe.Benchmarks.Graphs;

/// <summary>The same architecture in TorchSharp at its best: inference mode, native norms, convolutions and attention, in either memory layout.</summary>
internal sealed class TorchSide : IDisposable
{
    private readonly ParameterSet parameters;
    private readonly GraphModule module;
    private readonly Dictionary<string, torch.Tensor> inputs;

    public TorchSide(GraphCase definition, Graph graph, int threads, bool channelsLast)
    {
        torch.set_num_threads(threads);
        parameters = new ParameterSet(ParameterSpec.Of([graph], trainable: _ => false), channelsLast: channelsLast);
        parameters.Load(SyntheticTensors.WeightsOf(graph));
        module = new GraphModule(graph, parameters);
        inputs = graph.Inputs.ToDictionary(p => p.Name, p => SyntheticTensors.Input(p, definition.Sizes).ToTensor().DetachFromDisposeScope());
    }

    public void Run() => Use(_ => 0);

    /// <summary>The first output's elements.</summary>
    public float[] FirstOutput() => Use(outputs => outputs[module.Graph.Outputs[0].Name].contiguous().data<float>().ToArray());

    public void Dispose()
    {
        foreach (var input in inputs.Values)
        {
            input.Dispose();
        }

        module.Dispose();
        parameters.Dispose();
    }

    private T Use<T>(Func<IReadOnlyDictionary<string, torch.Tensor>, T> read)
    {
        using var scope = torch.NewDisposeScope();
        using var inference = torch.inference_mode();
        return read(module.Forward(inputs));
    }
}
