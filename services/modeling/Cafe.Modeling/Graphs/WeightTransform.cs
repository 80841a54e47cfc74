using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>What is done to a published tensor on its way into a graph. Applied as a view: nothing is held.</summary>
public abstract class WeightTransform
{
    /// <summary>Used as published.</summary>
    public static WeightTransform None { get; } = new Identity();

    /// <summary>A linear layer's [out, in] as the [in, out] that MatMul multiplies by.</summary>
    public static WeightTransform Transpose { get; } = new Transposed();

    /// <summary>Appended to the published name, so that several forms of one tensor can share a graph; empty for <see cref="None"/>.</summary>
    public abstract string Suffix { get; }

    /// <summary>The tensor in the graph's form; its type may still be the checkpoint's.</summary>
    public abstract TensorSource Apply(TensorSource published);

    private sealed class Identity : WeightTransform
    {
        public override string Suffix => "";

        public override TensorSource Apply(TensorSource published) => published;
    }

    private sealed class Transposed : WeightTransform
    {
        public override string Suffix => ".transposed";

        public override TensorSource Apply(TensorSource published) => published.Transpose();
    }
}
