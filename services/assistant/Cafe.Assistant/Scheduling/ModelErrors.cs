using Cafe.Inference.Language;
using Cafe.ServiceDefaults.Errors;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Assistant.Scheduling;

/// <summary>What a caller is told of a failed model call.</summary>
internal static class ModelErrors
{
    public static Exception ToCaller(Exception exception) => exception switch
    {
        CafeException or OperationCanceledException => exception,
        ModelOutputException output => new ModelFailureException(output.Message, output),
        OutOfMemoryException or OnnxRuntimeException when IsOutOfMemory(exception) =>
            new OutOfMemoryOnDeviceException("The device has no memory left for this reply; a shorter conversation takes less.", exception),
        _ => new ModelFailureException("The language model failed on this request.", exception),
    };

    // ONNX Runtime has no status of its own for it; these are the words of its arenas and of CUDA.
    private static bool IsOutOfMemory(Exception exception) =>
        exception is OutOfMemoryException
        || exception.Message.Contains("Failed to allocate memory", StringComparison.OrdinalIgnoreCase)
        || exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || exception.Message.Contains("bad_alloc", StringComparison.OrdinalIgnoreCase);
}
