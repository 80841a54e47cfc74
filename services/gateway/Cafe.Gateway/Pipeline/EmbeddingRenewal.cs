using Cafe.Gateway.Stages;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Gateway.Pipeline;

/// <summary>Calls a stage with embeddings, and again with new ones where it can't use them.</summary>
internal static class EmbeddingRenewal
{
    // While a pack is replaced, old and new processes answer in turn for a while.
    private const int MaxRenewals = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a call to its end.</summary>
    /// <param name="scope">The generation.</param>
    /// <param name="caller">The stage.</param>
    /// <param name="pictures">The pictures whose embeddings it is sent.</param>
    /// <param name="prediction">Where h comes from; null for a stage that isn't sent it.</param>
    /// <param name="call">The call, with the pictures' embeddings in their order.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of every renewal.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<T> RunAsync<T>(
        GenerationScope scope,
        StageCaller caller,
        IReadOnlyList<EncodedPicture> pictures,
        Prediction? prediction,
        Func<IReadOnlyList<EncodedValue>, Task<T>> call,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        for (var renewals = 0; ; renewals++)
        {
            var values = await Task.WhenAll(pictures.Select(picture => picture.GetAsync(cancellationToken)));
            try
            {
                return await call(values);
            }
            catch (RpcException failure) when (renewals < MaxRenewals && ReasonFor(failure) is { } reason)
            {
                Log.EmbeddingRenewed(logger, scope.Plan.RequestId, caller.Stage.Name(), failure.Status.Detail);
                scope.Call.CountRetry();
                if (renewals > 0)
                {
                    await Task.Delay(Pause * renewals, time, cancellationToken);
                }

                if (prediction is not null && IsPrediction(failure))
                {
                    await prediction.RenewAsync(cancellationToken);
                    continue;
                }

                // Which of them it was is not always said; encoding one too many costs a look into the cache.
                await Task.WhenAll(pictures.Zip(values, (picture, value) => picture.RenewAsync(value, reason, cancellationToken)));
            }
            catch (RpcException failure) when (ReasonFor(failure) == RenewalReason.Stale && StageFailures.ReasonOf(failure) is not null)
            {
                var maker = prediction is not null && IsPrediction(failure) ? Stage.Assistant : Stage.Encoder;
                throw new PreconditionException(
                    ErrorReasons.StaleReference, $"The {maker.Name()} and the {caller.Stage.Name()} serve different packs. Call again when one pack has replaced the other.");
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw StageFailures.ForCaller(caller.Stage, failure);
            }
        }
    }

    private static RenewalReason? ReasonFor(RpcException failure) => failure.StatusCode switch
    {
        StatusCode.NotFound => RenewalReason.Lost,
        StatusCode.FailedPrecondition when StageFailures.ReasonOf(failure) is ErrorReasons.StaleReference or null => RenewalReason.Stale,
        _ => null,
    };

    // The diffuser calls h `semantic`.
    private static bool IsPrediction(RpcException failure) =>
        failure.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations.Any(violation => violation.Field.StartsWith("semantic.", StringComparison.Ordinal)) == true;
}
