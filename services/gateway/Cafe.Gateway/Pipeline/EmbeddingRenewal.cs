using Cafe.Gateway.Stages;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Grpc.Core;
using static Cafe.ServiceDefaults.Errors.ErrorReasons;

namespace Cafe.Gateway.Pipeline;

/// <summary>Calls a stage with embeddings, and again with new ones where it can't use them.</summary>
internal static class EmbeddingRenewal
{
    // While a pack is replaced, old and new processes answer in turn for a while.
    private const int MaxRenewals = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<T> RunAsync<T>(
        GenerationScope scope,
        StageCaller caller,
        IReadOnlyList<EncodedPicture> pictures,
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
            catch (Exception failure) when (renewals < MaxRenewals && ReasonFor(failure) is { } reason)
            {
                Log.EmbeddingRenewed(logger, scope.Plan.RequestId, caller.Stage.Name(), failure.Message);
                scope.Call.CountRetry();
                if (renewals > 0)
                {
                    await Task.Delay(Pause * renewals, time, cancellationToken);
                }

                // Which of them it was is not always said; encoding one too many costs a look into the cache.
                await Task.WhenAll(pictures.Zip(values, (picture, value) => picture.RenewAsync(value, reason, cancellationToken)));
            }
            catch (UnsuitedEmbeddingException)
            {
                throw new PreconditionException(StaleReference, $"The encoder and the {caller.Stage.Name()} serve different packs.");
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw StageFailures.ForCaller(caller.Stage, failure);
            }
        }
    }

    private static RenewalReason? ReasonFor(Exception failure) => failure switch
    {
        UnsuitedEmbeddingException => RenewalReason.Stale,
        RpcException { StatusCode: StatusCode.NotFound } => RenewalReason.Lost,
        RpcException { StatusCode: StatusCode.FailedPrecondition } rpc when StageFailures.ReasonOf(rpc) is StaleReference or null => RenewalReason.Stale,
        _ => null,
    };
}
