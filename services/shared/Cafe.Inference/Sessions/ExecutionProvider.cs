namespace Cafe.Inference.Sessions;

/// <summary>What runs the graphs.</summary>
public enum ExecutionProvider
{
    Cpu,

    /// <summary>The CUDA provider inside ONNX Runtime's own library (the Gpu package).</summary>
    Cuda,

    /// <summary>A CUDA provider from a plug-in library, given by its path.</summary>
    CudaPlugin,
}
