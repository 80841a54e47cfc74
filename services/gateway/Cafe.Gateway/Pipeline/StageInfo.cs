using Cafe.Gateway.Stages;
using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>What the assistant pool can do, asked again now and then.</summary>
internal sealed class StageInfo(StageCaller assistant, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private readonly AssistantService.AssistantServiceClient _client = new(assistant.Invoker);
    private (long Asked, bool Predicts)? _known;

    /// <summary>h can be had without a reply.</summary>
    public async Task<bool> PredictsBeforeReplyAsync(CallContext call, CancellationToken cancellationToken)
    {
        if (_known is { } known && time.GetElapsedTime(known.Asked) < Freshness)
        {
            return known.Predicts;
        }

        var answer = await assistant.UnaryAsync(
            call, options => _client.GetAssistantInfoAsync(new GetAssistantInfoRequest(), options), cancellationToken);
        _known = (time.GetTimestamp(), answer.EmbeddingBeforeReply);
        return answer.EmbeddingBeforeReply;
    }
}
