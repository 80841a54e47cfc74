namespace Cafe.Modeling.Graphs;

/// <summary>Which operators a graph is lowered to.</summary>
public enum GraphTarget
{
    /// <summary>Standard operators only, one per layer where one exists: what is trained, and what any runtime understands.</summary>
    Standard,

    /// <summary>ONNX Runtime on CPUs: its fused operators where they are measured to be faster.</summary>
    Cpu,

    /// <summary>ONNX Runtime on CUDA.</summary>
    Cuda,
}
