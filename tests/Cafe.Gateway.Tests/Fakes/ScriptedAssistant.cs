using System.Collections.Concurrent;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>
/// An assistant whose n-th token is a function of seed and position, as the real one's is; continues a forced prefix.
/// <see cref="BeforeToken"/> can fail or hold a call at a token.
/// </summary>
public sealed class ScriptedAssistant : AssistantService.AssistantServiceBase
{
    public ConcurrentQueue<RespondRequest> Requests { get; } = new();

    public int Tokens { get; set; } = 8;

    /// <summary>Runs before token t (from 0) of call n (from 1).</summary>
    public Func<int, int, ServerCallContext, Task> BeforeToken { get; set; } = (_, _, _) => Task.CompletedTask;

    public Func<int, RespondRequest, Task> BeforeCall { get; set; } = (_, _) => Task.CompletedTask;

    public string Fingerprint { get; set; } = "assistant-1";

    public string Provider { get; set; } = "cpu";

    public string Precision { get; set; } = "fp32";

    /// <summary>The encoder of its pack; null: it takes any.</summary>
    public string? EncoderFingerprint { get; set; }

    public bool EmbeddingBeforeReply { get; set; }

    /// <summary>Deltas to send instead of words.</summary>
    public IReadOnlyList<string>? Script { get; set; }

    public static string Word(ulong seed, int position) => $"w{(seed * 31 + (ulong)position) % 97} ";

    public static string Reply(ulong seed, int tokens) => string.Concat(Enumerable.Range(0, tokens).Select(position => Word(seed, position)));

    public override async Task Respond(RespondRequest request, IServerStreamWriter<RespondResponse> responseStream, ServerCallContext context)
    {
        Requests.Enqueue(request);
        var call = Requests.Count;
        await BeforeCall(call, request);
        Fingerprints.Check(request.Subject, "subject", EncoderFingerprint);
        if (request.ForcedPrefix.Count > 0 && request.ForcedPrefixFingerprint != Fingerprint)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "forced_prefix: another part's"));
        }

        await responseStream.WriteAsync(new RespondResponse { Accepted = new RespondAccepted { Provenance = Provenances.Of(Fingerprint, Provider, Precision) } });
        await responseStream.WriteAsync(new RespondResponse { Queued = new QueuePosition { Ahead = 1, WaitSeconds = 0.1 } });
        if (EmbeddingBeforeReply)
        {
            await SendEmbedding(responseStream);
        }

        for (var position = request.ForcedPrefix.Count; position < Tokens && !request.EmbeddingOnly; position++)
        {
            await BeforeToken(call, position, context);
            await responseStream.WriteAsync(new RespondResponse
            {
                Text = new TextDelta { Text = Word(request.Options.Seed, position), TokenIds = { position } },
            });
        }

        foreach (var delta in Script ?? [])
        {
            await responseStream.WriteAsync(new RespondResponse { Text = new TextDelta { Text = delta, TokenIds = { 1 } } });
        }

        if (!EmbeddingBeforeReply)
        {
            await SendEmbedding(responseStream);
        }

        await responseStream.WriteAsync(new RespondResponse
        {
            Summary = new RespondSummary
            {
                FinishReason = TextFinishReason.End,
                PromptTokens = 5,
                ReplyTokens = request.EmbeddingOnly ? 0 : Tokens,
                Provenance = Provenances.Of(Fingerprint, Provider, Precision),
            },
        });
    }

    public override Task<GetAssistantInfoResponse> GetAssistantInfo(GetAssistantInfoRequest request, ServerCallContext context) => Task.FromResult(
        new GetAssistantInfoResponse { Provenance = Provenances.Of(Fingerprint, Provider, Precision), EmbeddingBeforeReply = EmbeddingBeforeReply, MaxReplyTokens = 64 });

    private static Task SendEmbedding(IServerStreamWriter<RespondResponse> stream) =>
        stream.WriteAsync(new RespondResponse { Semantic = new SemanticPrediction { Embedding = Provenances.Values(4) } });
}
