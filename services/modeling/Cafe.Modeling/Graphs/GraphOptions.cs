using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>How an architecture is lowered to a graph. The default is the graph that is trained: standard operators, fp32.</summary>
public sealed record GraphOptions
{
    public GraphTarget Target { get; init; } = GraphTarget.Standard;

    /// <summary>The type of weights in the graph's file: Float32 (default) or Float16.</summary>
    public TensorType Storage { get; init; } = TensorType.Float32;

    /// <summary>
    /// The type that is computed in: Float32 (default) or Float16. With <see cref="Storage"/> Float16 and Compute Float32, each weight passes one Cast, which ONNX
    /// Runtime folds when the session is made: the CPU has no fp16 kernels and would otherwise cast at every node.
    /// </summary>
    public TensorType Compute { get; init; } = TensorType.Float32;

    /// <summary>Precision and target as the command line names them: fp16 stores halves, and computes in them on <see cref="GraphTarget.Cuda"/> only.</summary>
    public static GraphOptions For(GraphTarget target, bool half) => new()
    {
        Target = target,
        Storage = half ? TensorType.Float16 : TensorType.Float32,
        Compute = half && target == GraphTarget.Cuda ? TensorType.Float16 : TensorType.Float32,
    };
}
