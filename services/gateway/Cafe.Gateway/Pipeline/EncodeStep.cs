using Cafe.Gateway.Stages;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Gateway.Pipeline;

/// <summary>Asks the encoder.</summary>
internal sealed class EncodeStep(StageCaller caller, GatewayMetrics metrics, TimeProvider time)
{
    private readonly EncoderService.EncoderServiceClient _client = new(caller.Invoker);

    public async Task<EncodedValue> EncodeAsync(GenerationScope scope, Image image, EmbeddingKind kind, string field, int version, bool byValue, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var request = new EncodeRequest { Image = image, Kinds = { kind }, ReturnValues = byValue, Priority = scope.Plan.Priority, Tenant = scope.Plan.Tenant };
        EncodeResponse response;
        try
        {
            response = await caller.UnaryAsync(scope.Call, options => _client.EncodeAsync(request, options), cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The encoder knows one picture, called `image`; the gateway's caller sent `subject` or `semantic_image`.
            throw StageFailures.ForCaller(Stage.Encoder, failure, new Dictionary<string, string> { ["image"] = field });
        }

        if (response.Embeddings is not [var encoded])
        {
            throw new ModelFailureException($"The encoder answered {response.Embeddings.Count} embeddings instead of 1.");
        }

        metrics.Cache(encoded.Cache);
        metrics.StageTime(Stage.Encoder, time.GetElapsedTime(started));
        scope.Count(encoded.Cache);
        scope.Time(new StageTiming
        {
            Stage = Stage.Encoder,
            QueueSeconds = response.QueueSeconds,
            WorkSeconds = response.EncodeSeconds,
            Provenance = response.Provenance,
        });
        if (encoded.Cache == CacheOutcome.Unavailable)
        {
            scope.Degrade("The embedding cache was unavailable; embeddings were sent by value.");
        }

        // Values are there when they were asked for or the cache couldn't be written: then a reference would be a dead end.
        var embedding = encoded.Tensor is { } tensor
            ? new Embedding { Tensor = tensor, PartFingerprint = encoded.Reference.EncoderFingerprint }
            : new Embedding { Reference = encoded.Reference, CostSeconds = encoded.CostSeconds };
        return new EncodedValue(embedding, version, encoded.SubjectCentred);
    }
}
