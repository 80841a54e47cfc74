using System.Diagnostics;
using Cafe.Gateway.Access;
using Cafe.Gateway.Conversations;
using Cafe.Gateway.Moderation;
using Cafe.Gateway.Pipeline;
using Cafe.Gateway.Requests;
using Cafe.Gateway.Runs;
using Cafe.Gateway.Stages;
using Cafe.Gateway.Storage;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;

namespace Cafe.Gateway.Generations;

/// <summary>Works one request out, from its conversation to its summary; what happens goes to the run.</summary>
internal sealed class GenerationWorker(
    GenerationPipeline pipeline,
    ConversationStore conversations,
    Moderators moderators,
    GatewayMetrics metrics,
    CafeTracing tracing,
    TimeProvider time,
    ILogger<GenerationWorker> logger)
{
    /// <summary>Runs to the end. Never throws: a failure is the run's.</summary>
    public async Task RunAsync(GenerationOrder order, GenerationRun run, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var activity = tracing.Start("generate", ActivityKind.Internal, order.Trace);
        activity?.SetTag("cafe.request_id", order.RequestId);
        using var expiry = new CancellationTokenSource(Remaining(order.Deadline), time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            await WorkAsync(order, run, started, stop.Token);
            metrics.Generation("ok", time.GetElapsedTime(started));
        }
        catch (Exception failure)
        {
            var (told, outcome) = Tell(failure, order, expiry.IsCancellationRequested, cancellationToken.IsCancellationRequested);
            activity?.SetStatus(ActivityStatusCode.Error, outcome);
            metrics.Generation(outcome, time.GetElapsedTime(started));
            Log.Ended(logger, order.RequestId, time.GetElapsedTime(started).TotalSeconds, told.Message);
            run.Fail(told);
        }
    }

    private async Task WorkAsync(GenerationOrder order, GenerationRun run, long started, CancellationToken cancellationToken)
    {
        var request = order.Request;
        await using var turn = request.ConversationId.Length > 0
            ? await conversations.BeginAsync(order.Caller.Id, request, cancellationToken)
            : null;
        var plan = GenerationPlanner.Plan(order, turn);
        var call = new CallContext(order.RequestId, order.Deadline, request.Priority, warming => run.Add(new GenerateResponse { Warming = warming }));
        var scope = new GenerationScope(plan, run, call);
        foreach (var reason in order.Degraded)
        {
            scope.Degrade(reason);
        }

        run.Add(new GenerateResponse
        {
            Accepted = new Accepted { RequestId = plan.RequestId, Seed = plan.Seed, TextSeed = plan.TextSeed, ConversationId = plan.ConversationId },
        });
        Log.Accepted(
            logger, plan.RequestId, plan.Tenant, plan.Options.HasCount ? plan.Options.Count : 1, plan.Seed,
            string.Join(' ', plan.Tags.Select(tag => $"{Printable(tag.Key)}={Printable(tag.Value)}")));
        var result = await AllowsAsync(plan, cancellationToken)
            ? await pipeline.RunAsync(scope, cancellationToken)
            : Withhold(scope);
        if (turn is not null)
        {
            await KeepAsync(scope, turn, plan.Reply ? result?.Reply : null, cancellationToken);
        }

        var elapsed = time.GetElapsedTime(started).TotalSeconds;
        var summary = scope.Summary(elapsed);
        summary.ConversationStarted = turn?.Started == true;
        if (result is not null)
        {
            summary.Reply = result.Reply;
            summary.TextFinishReason = result.FinishReason;
            summary.PromptTokens = result.PromptTokens;
            summary.ReplyTokens = result.ReplyTokens;
        }

        Log.Finished(logger, plan.RequestId, elapsed, call.Retries);
        run.Add(new GenerateResponse { Summary = summary });
    }

    private async Task<bool> AllowsAsync(GenerationPlan plan, CancellationToken cancellationToken)
    {
        if (moderators.ReviewsTexts && plan.Turns.Count > 0)
        {
            var said = string.Join('\n', plan.Turns.Where(turn => turn.Role == Role.User).Select(turn => turn.Text));
            if (!await moderators.AllowsTextAsync(plan.RequestId, ModeratedKind.Prompt, said, cancellationToken))
            {
                return false;
            }
        }

        foreach (var picture in new[] { plan.Subject, plan.SemanticImage })
        {
            if (picture is not null && moderators.ReviewsPictures &&
                !await moderators.AllowsPictureAsync(plan.RequestId, ModeratedKind.Subject, picture.Data.Memory, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    // What went in was withheld: nothing is worked out, and every picture says so.
    private static RespondResult Withhold(GenerationScope scope)
    {
        var options = scope.Plan.Options;
        for (var index = 0; index < (options.HasCount ? options.Count : 1); index++)
        {
            scope.Run.Add(new GenerateResponse
            {
                Image = new GeneratedImage
                {
                    Index = index,
                    Seed = unchecked(scope.Plan.Seed + (ulong)index),
                    FinishReason = ImageFinishReason.Filtered,
                },
            });
        }

        return new RespondResult("", TextFinishReason.Filtered, 0, 0);
    }

    private async Task KeepAsync(GenerationScope scope, ConversationTurn turn, string? reply, CancellationToken cancellationToken)
    {
        try
        {
            await conversations.CommitAsync(turn, reply, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            scope.Degrade("The conversation could not be kept: the store went down during the call.");
        }
    }

    private (Exception Told, string Outcome) Tell(Exception failure, GenerationOrder order, bool expired, bool cancelled)
    {
        if (expired)
        {
            return (new DeadlineExpiredException("The deadline passed."), "failed");
        }

        if (cancelled)
        {
            metrics.Cancelled();
            return (new OperationCanceledException("The call was cancelled."), "cancelled");
        }

        if (failure is not (CafeException or Grpc.Core.RpcException))
        {
            Log.Faulted(logger, failure, order.RequestId);
        }

        return (failure, "failed");
    }

    private TimeSpan Remaining(DateTimeOffset deadline)
    {
        var left = deadline - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // Tags are the caller's: a line end in one must not begin a line in the log.
    private static string Printable(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
