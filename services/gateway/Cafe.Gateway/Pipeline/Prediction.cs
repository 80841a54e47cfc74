using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>
/// h of one generation: the assistant predicts it beside the reply, and again where the diffuser finds that another assistant
/// made it than its weights know.
/// </summary>
internal sealed class Prediction(GenerationScope scope, RespondStep respond, EncodedPicture subject)
{
    private TaskCompletionSource<Embedding> _value = New();

    /// <summary>Where the reply's attempts put h.</summary>
    public TaskCompletionSource<Embedding> Target => _value;

    /// <summary>h, once it is known.</summary>
    public Task<Embedding> GetAsync(CancellationToken cancellationToken) => _value.Task.WaitAsync(cancellationToken);

    /// <summary>
    /// Predicts h anew. Not where there is a reply: the caller may have read it, and the pictures must be its pictures. Then only
    /// another diffuser can help, one that the assistant suits.
    /// </summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!scope.Plan.Reply)
        {
            _value = New();
            await respond.RunAsync(scope, subject, _value, cancellationToken);
        }
    }

    private static TaskCompletionSource<Embedding> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
