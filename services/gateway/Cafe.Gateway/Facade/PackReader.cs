using Cafe.Gateway.Stages;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Gateway.Facade;

/// <summary>Asks the stages what they serve. A stage that can't be asked is left out: the answer shows what could be.</summary>
internal sealed class PackReader(StageSet stages, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private readonly EncoderService.EncoderServiceClient _encoder = new(stages.Encoder.Invoker);
    private readonly AssistantService.AssistantServiceClient _assistant = new(stages.Assistant.Invoker);
    private readonly DiffuserService.DiffuserServiceClient _diffuser = new(stages.Diffuser.Invoker);

    public async Task<GetPackResponse> ReadAsync(string requestId, CancellationToken cancellationToken)
    {
        var options = new CallOptions(ServiceDefaults.Calls.RequestIds.Outgoing(requestId), time.GetUtcNow().UtcDateTime + Timeout, cancellationToken);
        var encoder = AskAsync(_encoder.GetEncoderInfoAsync(new GetEncoderInfoRequest(), options), cancellationToken);
        var assistant = AskAsync(_assistant.GetAssistantInfoAsync(new GetAssistantInfoRequest(), options), cancellationToken);
        var diffuser = AskAsync(_diffuser.GetDiffuserInfoAsync(new GetDiffuserInfoRequest(), options), cancellationToken);
        var pack = new GetPackResponse();
        if (await encoder is { } encodes)
        {
            pack.Stages.Add(new StageProvenance { Stage = Stage.Encoder, Provenance = encodes.Provenance });
        }

        if (await assistant is { } replies)
        {
            pack.Stages.Add(new StageProvenance { Stage = Stage.Assistant, Provenance = replies.Provenance });
            pack.MaxReplyTokens = replies.MaxReplyTokens;
        }

        if (await diffuser is { } draws)
        {
            pack.Stages.Add(new StageProvenance { Stage = Stage.Diffuser, Provenance = draws.Provenance });
            pack.Defaults = draws.Defaults;
            pack.MinSize = draws.MinSize;
            pack.MaxSize = draws.MaxSize;
            pack.SizeMultiple = draws.SizeMultiple;
        }

        return pack;
    }

    private static async Task<T?> AskAsync<T>(AsyncUnaryCall<T> call, CancellationToken cancellationToken)
        where T : class
    {
        using (call)
        {
            try
            {
                return await call;
            }
            catch (RpcException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
