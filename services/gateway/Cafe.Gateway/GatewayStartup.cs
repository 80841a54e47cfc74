using Cafe.Gateway.Configuration;
using Cafe.Gateway.Moderation;
using Cafe.Gateway.Access;
using Cafe.Gateway.Stages;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Listening;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway;

/// <summary>
/// Makes what can fail at start fail at start, then says ready. The gateway is ready without its stages: holding requests
/// while they start is its work.
/// </summary>
internal sealed class GatewayStartup(
    Readiness readiness,
    StageSet stages,
    Moderators moderators,
    CallerResolver callers,
    IOptions<GatewayOptions> options,
    IOptions<ListenSettings> listen,
    ILogger<GatewayStartup> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Resolving them has read certificates, keys and classifiers.
        _ = (stages, moderators, callers);
        if (!options.Value.AuthRequired && listen.Value.Address is not ("loopback" or "127.0.0.1" or "::1"))
        {
            Log.OpenToAll(logger, listen.Value.Address);
        }

        readiness.Ready();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
