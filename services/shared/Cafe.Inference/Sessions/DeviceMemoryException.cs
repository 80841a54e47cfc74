using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Sessions;

/// <summary>The device has no memory left for a run. The session stays usable.</summary>
public sealed class DeviceMemoryException(string message, Exception inner) : Exception(message, inner)
{
    // The runtime has no code of its own for it: its arena, CUDA and the allocator of the host say so in words.
    private static readonly string[] Phrases = ["Failed to allocate memory", "out of memory", "CUDA_ERROR_OUT_OF_MEMORY", "CUDNN_STATUS_ALLOC_FAILED", "CUBLAS_STATUS_ALLOC_FAILED", "bad_alloc", "Available memory of"];

    /// <summary>Whether an error of the runtime means that.</summary>
    public static bool Matches(Exception error) => error is OutOfMemoryException
        || (error is OnnxRuntimeException && Array.Exists(Phrases, phrase => error.Message.Contains(phrase, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Runs something on the device.</summary>
    /// <param name="run">May throw the runtime's errors.</param>
    /// <param name="what">What needs the memory, for the message.</param>
    /// <exception cref="DeviceMemoryException">There was no memory left.</exception>
    public static void Guard(Action run, string what)
    {
        try
        {
            run();
        }
        catch (Exception error) when (Matches(error))
        {
            throw new DeviceMemoryException($"The device's memory doesn't hold {what}.", error);
        }
    }
}
