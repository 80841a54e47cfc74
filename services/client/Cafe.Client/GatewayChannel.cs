using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;

namespace Cafe.Client;

/// <summary>Opens the channel: addresses looked up again and again, calls go round them, dead connections found by pings.</summary>
internal static class GatewayChannel
{
    public static GrpcChannel Open(Uri address, CafeClientOptions options)
    {
        if (address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The gateway's address must be http://host:port or https://host:port, not '{address}'.", nameof(address));
        }

        return GrpcChannel.ForAddress($"dns:///{address.Host}:{address.Port}", new GrpcChannelOptions
        {
            Credentials = address.Scheme == "https" ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            ServiceProvider = new Resolvers(new DnsResolverFactory(options.DnsRefresh)),
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                KeepAlivePingDelay = TimeSpan.FromSeconds(15),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxReceiveMessageBytes,
            MaxSendMessageSize = null,
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        });
    }

    // All that a channel asks its services for is the resolvers; a container would be one more dependency of the package.
    private sealed class Resolvers(ResolverFactory resolver) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(IEnumerable<ResolverFactory>) ? new[] { resolver } : null;
    }
}
