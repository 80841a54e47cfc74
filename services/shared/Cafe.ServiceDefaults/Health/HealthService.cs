using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Routing;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Cafe.ServiceDefaults.Health;

/// <summary>
/// grpc.health.v1. The empty name, <c>readiness</c> and the names of the gRPC services served here answer SERVING while the
/// service can work; <c>liveness</c> answers SERVING unless only a new process could help. The header
/// <c>x-cafe-health-reason</c> of the answer says why not, in one line.
/// </summary>
internal sealed class HealthService(Readiness readiness, EndpointDataSource endpoints)
    : Grpc.Health.V1.Health.HealthBase
{
    public const string Liveness = "liveness";
    public const string ReadinessName = "readiness";
    public const string ReasonHeader = "x-cafe-health-reason";

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (!Knows(request.Service))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"No service named {request.Service} here."));
        }

        var status = readiness.Status;
        if (status.Reason.Length > 0)
        {
            // Header values are ASCII without line ends.
            context.GetHttpContext().Response.Headers[ReasonHeader] =
                string.Concat(status.Reason.Select(character => character is >= ' ' and <= '~' ? character : '?'));
        }

        return Task.FromResult(new HealthCheckResponse { Status = StatusOf(request.Service, status) });
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var sent = ServingStatus.Unknown;
        while (true)
        {
            var (status, changed) = readiness.Observe();
            var serving = Knows(request.Service) ? StatusOf(request.Service, status) : ServingStatus.ServiceUnknown;
            if (serving != sent)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = serving });
                sent = serving;
            }

            // A watch ends when the host drains, or it would hold the shutdown up.
            if (status.State == ReadinessState.Draining || context.CancellationToken.IsCancellationRequested)
            {
                return;
            }

            await changed.WaitAsync(context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Knows(string service) =>
        service is "" or Liveness or ReadinessName || endpoints.Endpoints.OfType<RouteEndpoint>()
            .Any(endpoint => endpoint.RoutePattern.RawText?.StartsWith($"/{service}/", StringComparison.Ordinal) == true);

    private static ServingStatus StatusOf(string service, ReadinessStatus status)
    {
        var serving = service == Liveness
            ? status is not { State: ReadinessState.Broken, RestartHelps: true }
            : status.State == ReadinessState.Ready;
        return serving ? ServingStatus.Serving : ServingStatus.NotServing;
    }
}
