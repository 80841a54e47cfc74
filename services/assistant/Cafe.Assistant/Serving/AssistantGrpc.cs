using Cafe.Assistant.Model;
using Cafe.Assistant.Replies;
using Cafe.Embeddings.Reading;
using Cafe.Packs.Manifest;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Cafe.Assistant.Serving;

/// <summary>The gRPC face: checks, queues, sends.</summary>
internal sealed class AssistantGrpc(
    AssistantRuntime runtime,
    EmbeddingReader embeddings,
    IOptions<AssistantSettings> options,
    TimeProvider time) : AssistantService.AssistantServiceBase
{
    public override async Task Respond(RespondRequest request, IServerStreamWriter<RespondResponse> responseStream, ServerCallContext context)
    {
        var assistant = runtime.Require();
        var cancellation = context.CancellationToken;
        var deadline = context.Deadline == DateTime.MaxValue ? (DateTimeOffset?)null : new DateTimeOffset(context.Deadline);
        try
        {
            var (workClass, tenant) = RespondRequestReader.Origin(request);
            assistant.Scheduler.ThrowIfFull(tenant, workClass);
            var (reply, text) = new RespondRequestReader(assistant, options.Value).Read(request);
            reply = reply with
            {
                Subject = await embeddings.Read(request.Subject, "subject", assistant.Subject, cancellation),
                RequestId = context.RequestId(),
            };
            var job = assistant.Scheduler.Submit(reply, text, tenant, workClass, deadline, cancellation);
            await responseStream.WriteAsync(new RespondResponse { Accepted = new RespondAccepted { Provenance = assistant.Provenance } }, cancellation);
            var finished = await new RespondWriter(responseStream, assistant.Scheduler, job, time).SendAll(cancellation);
            await responseStream.WriteAsync(new RespondResponse { Summary = Summary(reply, finished, assistant) }, cancellation);
        }
        catch (RejectedException rejection)
        {
            throw rejection.Reason switch
            {
                RejectionReason.QueueFull or RejectionReason.Displaced => new OverloadedException(rejection.Message, rejection.RetryAfter),
                RejectionReason.Draining => new NotReadyException(rejection.Message, rejection.RetryAfter),
                _ => new InvalidOperationException($"Unknown reason {rejection.Reason}.", rejection),
            };
        }
    }

    public override Task<GetAssistantInfoResponse> GetAssistantInfo(GetAssistantInfoRequest request, ServerCallContext context)
    {
        var assistant = runtime.Require();
        var section = assistant.Manifest.Assistant;
        return Task.FromResult(new GetAssistantInfoResponse
        {
            Provenance = assistant.Provenance,
            EmbeddingBeforeReply = section.ImageTokenPosition == ImageTokenPosition.AfterPrompt,
            SemanticWidth = section.SemanticWidth,
            MaxReplyTokens = section.MaxReplyTokens,
        });
    }

    private RespondSummary Summary(ReplyRequest request, FinishedEvent finished, LoadedAssistant assistant) => new()
    {
        FinishReason = request.EmbeddingOnly ? TextFinishReason.Unspecified : finished.Finish switch
        {
            ReplyFinish.End => TextFinishReason.End,
            ReplyFinish.Stop => TextFinishReason.Stop,
            ReplyFinish.Length => TextFinishReason.Length,
            _ => throw new InvalidOperationException($"Unknown finish {finished.Finish}."),
        },
        PromptTokens = request.PromptTokens,
        ReplyTokens = finished.ReplyTokens,
        QueueSeconds = Seconds(finished.Times.Enqueued, finished.Times.Started),
        PrefillSeconds = Seconds(finished.Times.Started, finished.Times.Prefilled),
        DecodeSeconds = Seconds(finished.Times.Prefilled, finished.Times.Ended),
        Provenance = assistant.Provenance,
    };

    private double Seconds(long from, long to) => time.GetElapsedTime(from, to).TotalSeconds;
}
