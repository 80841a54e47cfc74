using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Parity.Runners;

/// <summary>One way to lower and run a graph, and how far it may be from the reference, relative to a tensor's largest magnitude.</summary>
internal sealed record Variant(string Name, RunnerKind Runner, GraphOptions Options, double Tolerance)
{
    private const double Float32Tolerance = 1e-4;
    private const double Float16Tolerance = 2e-2;

    /// <summary>
    /// The graph as trained; as served on the CPU; with weights kept in fp16; lowered for CUDA in fp16, which the CPU runs by casting around every node; and by TorchSharp.
    /// </summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("onnx standard fp32", RunnerKind.OnnxRuntime, new GraphOptions(), Float32Tolerance),
        new("onnx cpu fp32", RunnerKind.OnnxRuntime, GraphOptions.For(GraphTarget.Cpu, half: false), Float32Tolerance),
        new("onnx cpu fp16", RunnerKind.OnnxRuntime, GraphOptions.For(GraphTarget.Cpu, half: true), Float16Tolerance),
        new("onnx cuda fp16", RunnerKind.OnnxRuntime, GraphOptions.For(GraphTarget.Cuda, half: true), Float16Tolerance),
        new("torch fp32", RunnerKind.Torch, new GraphOptions(), Float32Tolerance),
    ];

    /// <summary>True for the variants that must agree in every token.</summary>
    public bool IsFloat32 => Options is { Storage: TensorType.Float32, Compute: TensorType.Float32 };

    /// <summary>Makes a graph ready to run.</summary>
    /// <param name="weights">The published tensor of a name; has to stay open as long as the session.</param>
    public IGraphSession Open(Graph graph, Func<string, TensorSource> weights) => Runner switch
    {
        RunnerKind.OnnxRuntime => new OnnxSession(graph, weights),
        RunnerKind.Torch => new TorchSession(graph, weights),
        _ => throw new InvalidOperationException($"Unknown runner {Runner}."),
    };
}
