using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cafe.ServiceDefaults.Calls;

/// <summary>Hands every gRPC call to the <see cref="CallRunner"/>.</summary>
internal sealed class CallInterceptor(CallRunner runner) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await Run(context, async () => response = await continuation(request, context));
        return response!;
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await Run(context, async () => response = await continuation(requestStream, context));
        return response!;
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Run(context, () => continuation(request, responseStream, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Run(context, () => continuation(requestStream, responseStream, context));

    private async Task Run(ServerCallContext context, Func<Task> call)
    {
        if (context.Method.StartsWith("/grpc.", StringComparison.Ordinal))
        {
            await call(); // health and reflection answer always, and hold no drain up
            return;
        }

        await runner.RunAsync(context.GetHttpContext(), context.Method, context.Deadline, context.CancellationToken, async id =>
        {
            RequestIds.Set(context, id);
            await call();
            return context.Status.StatusCode;
        });
    }
}
