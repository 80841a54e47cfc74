using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Cafe.ServiceDefaults.Errors;

namespace Cafe.Assistant.Scheduling;

/// <summary>What a caller is told of a failed model call.</summary>
internal static class ModelErrors
{
    public static Exception ToCaller(Exception exception) => exception switch
    {
        CafeException or OperationCanceledException => exception,
        ModelOutputException output => new ModelFailureException(output.Message, output),
        _ when DeviceMemoryException.Matches(exception) =>
            new OutOfMemoryOnDeviceException("The device has no memory left for this reply; a shorter conversation takes less.", exception),
        _ => new ModelFailureException("The language model failed on this request.", exception),
    };
}
