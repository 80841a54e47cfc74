using Cafe.Gateway.Access;
using Cafe.Gateway.Batching;
using Cafe.Gateway.Generations;
using Cafe.Gateway.Runs;
using Cafe.ServiceDefaults.Calls;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Gateway.Facade;

/// <summary>The gateway over gRPC, and by transcoding over JSON.</summary>
internal sealed class GatewayGrpcService(GenerationService generations, BatchRunner batches, PackReader pack, CallerResolver callers)
    : GatewayService.GatewayServiceBase
{
    public override async Task Generate(GenerateRequest request, IServerStreamWriter<GenerateResponse> responseStream, ServerCallContext context)
    {
        var caller = await callers.ResolveAsync(context.GetHttpContext());
        using var handle = generations.Start(request, caller, context.RequestId(), Deadline(context));
        await foreach (var what in handle.Run.ReadAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(what, context.CancellationToken);
        }
    }

    public override async Task GenerateBatch(
        IAsyncStreamReader<GenerateBatchRequest> requestStream, IServerStreamWriter<GenerateBatchResponse> responseStream, ServerCallContext context)
    {
        var caller = await callers.ResolveAsync(context.GetHttpContext());
        await batches.RunAsync(requestStream, responseStream, caller, context.RequestId(), Deadline(context), context.CancellationToken);
    }

    public override async Task<GetPackResponse> GetPack(GetPackRequest request, ServerCallContext context)
    {
        await callers.ResolveAsync(context.GetHttpContext());
        return await pack.ReadAsync(context.RequestId(), context.CancellationToken);
    }

    private static DateTimeOffset Deadline(ServerCallContext context) =>
        context.Deadline == DateTime.MaxValue ? DateTimeOffset.MaxValue : new DateTimeOffset(context.Deadline, TimeSpan.Zero);
}
