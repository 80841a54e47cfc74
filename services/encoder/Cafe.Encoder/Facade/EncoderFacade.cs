using Cafe.Embeddings.Values;
using Cafe.Encoder.Model;
using Cafe.Encoder.Pictures;
using Cafe.Encoder.Scheduling;
using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Encoder.Facade;

/// <summary>The gRPC service: checks, hands on, and puts answers into messages.</summary>
internal sealed class EncoderFacade(EncoderState state, PictureEncoder pictures, EncodeScheduler scheduler, StreamEncoder streams)
    : EncoderService.EncoderServiceBase
{
    public override Task<EncodeResponse> Encode(EncodeRequest request, ServerCallContext context) =>
        Encode(pictures, state.Part, EncodeRules.Check(request, context.RequestId()), context.CancellationToken);

    public override Task EncodeStream(
        IAsyncStreamReader<EncodeStreamRequest> requestStream, IServerStreamWriter<EncodeStreamResponse> responseStream, ServerCallContext context) =>
        streams.Run(requestStream, responseStream, context);

    public override async Task<EncodeTextResponse> EncodeText(EncodeTextRequest request, ServerCallContext context)
    {
        var part = state.Part;
        if (part.Section.Text is not { } tower)
        {
            throw new UnsupportedException($"The pack {part.Provenance.PackName} {part.Provenance.PackVersion} has no text tower.");
        }

        var workClass = EncodeRules.Check(request);
        var tokens = request.Texts.Select(part.Model.Tokenize).ToList();
        var output = await scheduler.Encode(tokens, request.Tenant, workClass, context.RequestId(), context.CancellationToken);
        var all = new float[tokens.Count * tower.Width];
        for (var i = 0; i < tokens.Count; i++)
        {
            if (Array.Exists(output.Rows[i], value => !float.IsFinite(value)))
            {
                throw new ModelFailureException($"The embedding of texts[{i}] is not usable: it isn't finite.");
            }

            output.Rows[i].CopyTo(all, i * tower.Width);
        }

        return new EncodeTextResponse { Embeddings = TensorMessages.Float32([tokens.Count, tower.Width], all), Provenance = part.Provenance };
    }

    public override Task<GetEncoderInfoResponse> GetEncoderInfo(GetEncoderInfoRequest request, ServerCallContext context)
    {
        var part = state.Part;
        return Task.FromResult(new GetEncoderInfoResponse
        {
            Provenance = part.Provenance,
            SubjectShape = { part.Section.Subject.Tokens, part.Section.Subject.Width },
            ImageWidth = part.Section.Image.Width,
            HasText = part.Section.Text is not null,
        });
    }

    /// <summary>Encodes a checked job and answers it.</summary>
    internal static async Task<EncodeResponse> Encode(PictureEncoder pictures, EncoderPart part, PictureJob job, CancellationToken cancellation)
    {
        var (embeddings, timings) = await pictures.Encode(job, cancellation);
        return new EncodeResponse
        {
            Embeddings = { embeddings.Select(embedding => ToMessage(embedding, job.ReturnValues, pictures.Cost)) },
            Provenance = part.Provenance,
            QueueSeconds = timings.QueueSeconds,
            EncodeSeconds = timings.DecodeSeconds + timings.EncodeSeconds,
        };
    }

    private static EncodedEmbedding ToMessage(EncodedPicture embedding, bool values, TimeSpan cost)
    {
        var result = embedding.Result;
        var message = new EncodedEmbedding
        {
            Kind = embedding.Kind,
            Reference = result.Key.ToReference(),
            Cache = result.Outcome,
            SubjectCentred = embedding.SubjectCentred,
            CostSeconds = cost.TotalSeconds,
        };
        if ((values || !result.Cached) && result.Value is { } value)
        {
            message.Tensor = TensorMessages.Float16(value);
        }

        return message;
    }
}
