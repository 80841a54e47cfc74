using Cafe.ServiceDefaults.Errors;

namespace Cafe.Encoder.Model;

/// <summary>Holds what is served once it is loaded. Calls come only when the service is ready, so the part is there.</summary>
public sealed class EncoderState
{
    private readonly TaskCompletionSource<EncoderPart> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is served.</summary>
    /// <exception cref="NotReadyException">It isn't loaded.</exception>
    public EncoderPart Part => _loaded.Task.IsCompletedSuccessfully
        ? _loaded.Task.Result
        : throw new NotReadyException("The model isn't loaded yet.", TimeSpan.FromSeconds(1));

    /// <summary>Completes with what is served.</summary>
    public Task<EncoderPart> Loaded => _loaded.Task;

    internal void Set(EncoderPart part) => _loaded.SetResult(part);
}
