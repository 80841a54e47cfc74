using Cafe.V1;
using Grpc.Core;

namespace Cafe.ServiceDefaults.Tests;

/// <summary>A service whose calls do what a test says.</summary>
public sealed class TestService : EncoderService.EncoderServiceBase
{
    public Func<ServerCallContext, Task> OnCall { get; set; } = _ => Task.CompletedTask;

    public override async Task<GetEncoderInfoResponse> GetEncoderInfo(GetEncoderInfoRequest request, ServerCallContext context)
    {
        await OnCall(context);
        return new GetEncoderInfoResponse();
    }

    public override async Task<EncodeResponse> Encode(EncodeRequest request, ServerCallContext context)
    {
        await OnCall(context);
        return new EncodeResponse();
    }

    public override async Task EncodeStream(IAsyncStreamReader<EncodeStreamRequest> requestStream, IServerStreamWriter<EncodeStreamResponse> responseStream, ServerCallContext context)
    {
        await foreach (var item in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await OnCall(context);
            await responseStream.WriteAsync(new EncodeStreamResponse { Id = item.Id });
        }
    }
}
