using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>
/// The sequence: encode, respond, draw. Drawing starts the moment its conditions are known: after the reply with most packs,
/// while the reply is written with packs that predict h from the prompt, and at once at alpha 0, which asks the assistant for
/// a reply or not at all.
/// </summary>
internal sealed class GenerationPipeline(EncodeStep encode, RespondStep respond, DrawStep draw)
{
    /// <summary>
    /// Runs all steps. The first that fails ends the others; but a reply that the pictures do not need does not end them, and fails the
    /// call when they are drawn.
    /// </summary>
    public async Task<RespondResult?> RunAsync(GenerationScope scope, CancellationToken cancellationToken)
    {
        var plan = scope.Plan;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var subject = new EncodedPicture(scope, encode, plan.Subject, EmbeddingKind.Subject, "subject");
        var reference = plan.SemanticImage is { } image
            ? new EncodedPicture(scope, encode, image, EmbeddingKind.Image, "semantic_image")
            : null;
        var prediction = new Prediction(scope, respond, subject);
        var encoded = EncodeAsync(scope, subject, reference, stop.Token);
        var reply = plan.NeedsAssistant ? respond.RunAsync(scope, subject, prediction.Target, stop.Token) : null;
        var drawn = draw.RunAsync(scope, plan.NeedsEmbedding ? prediction : null, subject, reference, stop.Token);
        await AllAsync(reply is null ? [encoded, drawn] : [encoded, reply, drawn], plan.NeedsEmbedding ? null : reply, stop);
        return reply?.Result;
    }

    private static async Task EncodeAsync(GenerationScope scope, EncodedPicture subject, EncodedPicture? reference, CancellationToken cancellationToken)
    {
        var other = reference?.GetAsync(cancellationToken) ?? Task.CompletedTask;
        var value = await subject.GetAsync(cancellationToken);
        scope.SubjectCentred = value.Centred;
        await other;
    }

    // The first real failure is the call's; what it cancels is an echo. Nobody needs what comes of `apart`: its failure cancels nothing.
    private static async Task AllAsync(Task[] tasks, Task? apart, CancellationTokenSource stop)
    {
        var left = tasks.ToList();
        Exception? failure = null;
        while (left.Count > 0)
        {
            var done = await Task.WhenAny(left);
            left.Remove(done);
            if (!done.IsCompletedSuccessfully)
            {
                failure ??= done.Exception?.InnerException ?? new OperationCanceledException();
                if (done != apart)
                {
                    await stop.CancelAsync();
                }
            }
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}
