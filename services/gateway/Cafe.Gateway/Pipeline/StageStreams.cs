using Cafe.Gateway.Stages;
using Grpc.Core;

namespace Cafe.Gateway.Pipeline;

/// <summary>Reads a stage's stream.</summary>
internal static class StageStreams
{
    /// <summary>Moves on to the next event; a stream that falls silent counts as broken.</summary>
    public static async Task<bool> NextAsync<T>(this IAsyncStreamReader<T> stream, StageCaller caller, TimeProvider time, CancellationToken cancellationToken)
    {
        var next = stream.MoveNext(cancellationToken);
        try
        {
            return await next.WaitAsync(TimeSpan.FromSeconds(caller.Options.SilenceTimeoutSeconds), time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The call is about to be disposed, which ends the read; nobody will look at how.
            _ = next.ContinueWith(static read => read.Exception, TaskScheduler.Default);
            throw new StageStreamBrokenException($"The {caller.Stage.Name()} said nothing for {caller.Options.SilenceTimeoutSeconds} s.");
        }
    }
}
