using Cafe.Gateway.Moderation;
using Cafe.Gateway.Stages;
using Cafe.Gateway.Telemetry;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Gateway.Pipeline;

/// <summary>
/// Asks the assistant. A stream that breaks is continued where it broke: the tokens that came are sent as a forced prefix,
/// and the assistant goes on from there, its randomness keyed by seed and position.
/// </summary>
internal sealed class RespondStep(StageCaller caller, StageInfo info, TextModeration moderation, GatewayMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly AssistantService.AssistantServiceClient _client = new(caller.Invoker);

    /// <summary>Runs to the end of the reply.</summary>
    /// <param name="scope">The generation.</param>
    /// <param name="subject">E(x).</param>
    /// <param name="embedding">Told h as soon as it is known: with packs that predict it from the prompt, before the reply.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<RespondResult> RunAsync(GenerationScope scope, EncodedPicture subject, TaskCompletionSource<Embedding> embedding, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var plan = scope.Plan;
        var state = new RespondState
        {
            Text = plan.Reply ? moderation.Begin(scope) : null,
            Embedding = embedding,
            // Only h is wanted, and this pack can tell it from the prompt alone.
            EmbeddingOnly = !plan.Reply && await info.PredictsBeforeReplyAsync(scope.Call, cancellationToken),
        };
        var summary = await EmbeddingRenewal.RunAsync(
            scope,
            caller,
            [subject],
            prediction: null,
            values => caller.StreamAsync(scope.Call, (options, token) => AttemptAsync(scope, state, values[0], options, token), cancellationToken),
            time,
            logger,
            cancellationToken);
        metrics.StageTime(Stage.Assistant, time.GetElapsedTime(started));
        scope.Time(new StageTiming
        {
            Stage = Stage.Assistant,
            QueueSeconds = summary.QueueSeconds,
            WorkSeconds = summary.PrefillSeconds + summary.DecodeSeconds,
            Provenance = summary.Provenance,
        });
        if (state.Text is not { } text)
        {
            return new RespondResult("", TextFinishReason.Unspecified, summary.PromptTokens, summary.ReplyTokens);
        }

        var filtered = !await text.FinishAsync(cancellationToken);
        return new RespondResult(text.Shown, filtered ? TextFinishReason.Filtered : summary.FinishReason, summary.PromptTokens, summary.ReplyTokens);
    }

    private async Task<RespondSummary> AttemptAsync(GenerationScope scope, RespondState state, EncodedValue subject, CallOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var call = _client.Respond(Request(scope, state, subject), options);
            RespondSummary? summary = null;
            while (await call.ResponseStream.NextAsync(caller, time, cancellationToken))
            {
                var what = call.ResponseStream.Current;
                switch (what.EventCase)
                {
                    case RespondResponse.EventOneofCase.Accepted:
                        state.Accept(what.Accepted.Provenance);
                        scope.Run.MadeBy(Stage.Assistant, what.Accepted.Provenance);
                        break;
                    case RespondResponse.EventOneofCase.Queued:
                        scope.Run.Add(new GenerateResponse { Queued = new StageQueued { Stage = Stage.Assistant, Position = what.Queued } });
                        break;
                    case RespondResponse.EventOneofCase.Text:
                        state.Tokens.AddRange(what.Text.TokenIds);
                        if (state.Text is { } text)
                        {
                            await text.AppendAsync(what.Text.Text, cancellationToken);
                        }

                        break;
                    case RespondResponse.EventOneofCase.Semantic:
                        state.Predict(what.Semantic.Embedding);
                        break;
                    case RespondResponse.EventOneofCase.Summary:
                        summary = what.Summary;
                        break;
                    case RespondResponse.EventOneofCase.None:
                        break; // a newer assistant's event
                    default:
                        throw new ArgumentOutOfRangeException(nameof(what), what.EventCase, "Not an event of a reply.");
                }
            }

            return summary is not null && state.Embedding.Task.IsCompleted
                ? summary
                : throw new StageStreamBrokenException("The assistant's stream ended before its last event.");
        }
        catch (RpcException failure) when (
            failure.StatusCode == StatusCode.FailedPrecondition && state.Tokens.Count > 0 &&
            StageFailures.ReasonOf(failure) is not ServiceDefaults.Errors.ErrorReasons.StaleReference &&
            state.Provenance is not null)
        {
            throw new PackChangedException(Stage.Assistant, state.Provenance, null);
        }
    }

    private static RespondRequest Request(GenerationScope scope, RespondState state, EncodedValue subject)
    {
        var plan = scope.Plan;
        var request = new RespondRequest
        {
            Subject = subject.Embedding,
            Options = plan.TextOptions,
            EmbeddingOnly = state.EmbeddingOnly,
            Priority = plan.Priority,
            Tenant = plan.Tenant,
        };
        request.Turns.AddRange(plan.Turns);
        if (state.Tokens.Count > 0)
        {
            request.ForcedPrefix.AddRange(state.Tokens);
            request.ForcedPrefixFingerprint = state.Provenance?.PartFingerprint ?? "";
        }

        return request;
    }
}
