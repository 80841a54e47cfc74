using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Sessions;

/// <summary>Tensors over memory that the caller owns: nothing is copied, and the memory has to outlive the tensor.</summary>
public static class Tensors
{
    /// <param name="data">Row-major; exactly as many elements as the shape has.</param>
    public static OrtValue Of<T>(Memory<T> data, params long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data, shape);

    /// <param name="data">Row-major; exactly as many elements as the shape has.</param>
    public static OrtValue Of<T>(T[] data, params long[] shape)
        where T : unmanaged => Of(data.AsMemory(), shape);
}
