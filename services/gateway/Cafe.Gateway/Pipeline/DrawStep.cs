using Cafe.Gateway.Moderation;
using Cafe.Gateway.Stages;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cafe.Gateway.Pipeline;

/// <summary>
/// Asks the diffuser. A stream that breaks is replayed from the start, seeded as before; the run drops the progress that was
/// shown already, and pictures that were sent are not sent again.
/// </summary>
internal sealed class DrawStep(StageCaller caller, PictureModeration moderation, GatewayMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly DiffuserService.DiffuserServiceClient _client = new(caller.Invoker);

    /// <summary>Draws all pictures.</summary>
    /// <param name="scope">The generation.</param>
    /// <param name="prediction">Where h comes from; null where alpha is 0.</param>
    /// <param name="subject">E(x).</param>
    /// <param name="reference">C(x_ref); null without a semantic picture.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(GenerationScope scope, Prediction? prediction, EncodedPicture subject, EncodedPicture? reference, CancellationToken cancellationToken)
    {
        if (prediction is not null)
        {
            await prediction.GetAsync(cancellationToken);
        }

        var started = time.GetTimestamp();
        var state = new DrawState();
        IReadOnlyList<EncodedPicture> pictures = reference is null ? [subject] : [subject, reference];
        var summary = await EmbeddingRenewal.RunAsync(
            scope,
            caller,
            pictures,
            prediction,
            async values =>
            {
                var semantic = prediction is null ? null : await prediction.GetAsync(cancellationToken);
                return await caller.StreamAsync(scope.Call, (options, token) => AttemptAsync(scope, state, semantic, values, options, token), cancellationToken);
            },
            time,
            logger,
            cancellationToken);
        metrics.StageTime(Stage.Diffuser, time.GetElapsedTime(started));
        scope.Time(new StageTiming
        {
            Stage = Stage.Diffuser,
            QueueSeconds = summary.QueueSeconds,
            WorkSeconds = summary.DenoiseSeconds + summary.DecodeSeconds,
            Provenance = summary.Provenance,
        });
    }

    private async Task<DiffusionSummary> AttemptAsync(
        GenerationScope scope, DrawState state, Embedding? semantic, IReadOnlyList<EncodedValue> embeddings, CallOptions options, CancellationToken cancellationToken)
    {
        using var call = _client.Generate(Request(scope, semantic, embeddings), options);
        DiffusionSummary? summary = null;
        while (await call.ResponseStream.NextAsync(caller, time, cancellationToken))
        {
            var what = call.ResponseStream.Current;
            switch (what.EventCase)
            {
                case DiffuserServiceGenerateResponse.EventOneofCase.Accepted:
                    scope.Run.MadeBy(Stage.Diffuser, what.Accepted.Provenance);
                    state.Provenance = what.Accepted.Provenance;
                    break;
                case DiffuserServiceGenerateResponse.EventOneofCase.Queued:
                    scope.Run.Add(new GenerateResponse { Queued = new StageQueued { Stage = Stage.Diffuser, Position = what.Queued } });
                    break;
                case DiffuserServiceGenerateResponse.EventOneofCase.Progress:
                    scope.Run.Add(new GenerateResponse { Progress = what.Progress });
                    break;
                case DiffuserServiceGenerateResponse.EventOneofCase.Preview when !moderation.Enabled:
                    scope.Run.Add(new GenerateResponse { Preview = what.Preview });
                    break;
                case DiffuserServiceGenerateResponse.EventOneofCase.Image:
                    await DeliverAsync(scope, state, what.Image, cancellationToken);
                    break;
                case DiffuserServiceGenerateResponse.EventOneofCase.Summary:
                    summary = what.Summary;
                    break;
                case DiffuserServiceGenerateResponse.EventOneofCase.Preview: // moderation sees finished pictures only
                case DiffuserServiceGenerateResponse.EventOneofCase.None: // a newer diffuser's event
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(what), what.EventCase, "Not an event of a drawing.");
            }
        }

        if (summary is null)
        {
            throw new StageStreamBrokenException("The diffuser's stream ended before its last event.");
        }

        var count = scope.Plan.Options.HasCount ? scope.Plan.Options.Count : 1;
        return state.Delivered.Count >= count
            ? summary
            : throw new ModelFailureException($"The diffuser drew {state.Delivered.Count} pictures instead of {count}.");
    }

    private async Task DeliverAsync(GenerationScope scope, DrawState state, GeneratedImage picture, CancellationToken cancellationToken)
    {
        if (state.Delivered.Contains(picture.Index))
        {
            return;
        }

        if (picture.FinishReason == ImageFinishReason.Completed && !await moderation.AllowsAsync(scope.Plan.RequestId, picture.Data, cancellationToken))
        {
            picture = picture.Clone();
            picture.Data = ByteString.Empty;
            picture.FinishReason = ImageFinishReason.Filtered;
        }

        picture.Provenance = state.Provenance;
        state.Delivered.Add(picture.Index);
        scope.Run.Add(new GenerateResponse { Image = picture });
    }

    private static DiffuserServiceGenerateRequest Request(GenerationScope scope, Embedding? semantic, IReadOnlyList<EncodedValue> embeddings)
    {
        var plan = scope.Plan;
        var request = new DiffuserServiceGenerateRequest
        {
            Options = plan.Options,
            Priority = plan.Priority,
            Tenant = plan.Tenant,
        };
        if (plan.Conditions != Conditions.Semantic)
        {
            request.Subject = embeddings[0].Embedding;
        }

        if (semantic is not null)
        {
            request.Semantic = semantic;
        }

        if (embeddings.Count > 1)
        {
            request.ReferenceSemantic = embeddings[1].Embedding;
            request.Alpha = plan.Alpha;
        }

        return request;
    }
}
