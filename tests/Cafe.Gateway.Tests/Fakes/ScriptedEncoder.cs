using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>An encoder that makes references without looking; <see cref="Before"/> can fail a call or hold it up.</summary>
public sealed class ScriptedEncoder : EncoderService.EncoderServiceBase
{
    public ConcurrentQueue<EncodeRequest> Requests { get; } = new();

    /// <summary>Runs before call n (from 1).</summary>
    public Func<int, ServerCallContext, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public string Fingerprint { get; set; } = "encoder-1";

    public bool CacheAvailable { get; set; } = true;

    public override async Task<EncodeResponse> Encode(EncodeRequest request, ServerCallContext context)
    {
        Requests.Enqueue(request);
        await Before(Requests.Count, context);
        var response = new EncodeResponse { Provenance = Provenances.Of(Fingerprint), EncodeSeconds = 0.01 };
        foreach (var kind in request.Kinds)
        {
            var embedding = new EncodedEmbedding
            {
                Kind = kind,
                Reference = new EmbeddingReference
                {
                    EncoderFingerprint = Fingerprint,
                    Kind = kind,
                    Digest = ByteString.CopyFrom(SHA256.HashData(request.Image.Data.Span)),
                },
                CostSeconds = 0.7,
                Cache = CacheAvailable ? CacheOutcome.Miss : CacheOutcome.Unavailable,
            };
            if (request.ReturnValues || !CacheAvailable)
            {
                embedding.Tensor = Provenances.Values(2, 4);
            }

            response.Embeddings.Add(embedding);
        }

        return response;
    }

    public override Task<GetEncoderInfoResponse> GetEncoderInfo(GetEncoderInfoRequest request, ServerCallContext context) =>
        Task.FromResult(new GetEncoderInfoResponse { Provenance = Provenances.Of(Fingerprint), ImageWidth = 4 });
}
