using System.Net.Security;
using Cafe.Gateway.Configuration;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;

namespace Cafe.Gateway.Stages;

/// <summary>Opens channels to stages: addresses looked up again and again, calls go round them, dead connections found by pings.</summary>
internal static class StageChannels
{
    /// <summary>Opens a channel; nothing is connected yet.</summary>
    /// <param name="stage">Its addresses.</param>
    /// <param name="tls">Whether DNS names are of stages that speak TLS.</param>
    /// <param name="certificates">Read where a stage speaks TLS.</param>
    /// <param name="dnsRefreshSeconds">How often names are resolved again.</param>
    public static GrpcChannel Open(StageOptions stage, bool tls, Lazy<StageCertificates> certificates, double dnsRefreshSeconds)
    {
        var addresses = stage.Address.Split(',', StringSplitOptions.TrimEntries).Select(address => new Uri(address)).ToArray();
        var secure = addresses[0].Scheme == "https" || (addresses[0].Scheme == "dns" && tls);
        var services = new ServiceCollection();
        services.AddSingleton<ResolverFactory>(new DnsResolverFactory(TimeSpan.FromSeconds(dnsRefreshSeconds)));
        services.AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => addresses.Select(address => new BalancerAddress(address.Host, address.Port))));
        var target = addresses switch
        {
            { Length: > 1 } => new Uri("static:///stage"),
            [{ Scheme: "dns" }] => addresses[0],
            _ => new Uri($"dns:///{addresses[0].Host}:{addresses[0].Port}"),
        };
        return GrpcChannel.ForAddress(target, new GrpcChannelOptions
        {
            Credentials = secure ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            HttpHandler = Handler(secure ? certificates.Value : null),
            DisposeHttpClient = true,
            ServiceProvider = services.BuildServiceProvider(),
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
            // The stages' bounds are the bounds; a batch of large pictures comes as single messages.
            MaxReceiveMessageSize = 128 << 20,
            MaxSendMessageSize = null,
            // A restarted stage should be found again in a second, not in two minutes.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
            // Retries are the pipeline's, with its budget.
            MaxRetryAttempts = null,
        });
    }

    private static SocketsHttpHandler Handler(StageCertificates? certificates) => new()
    {
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // A process that is frozen, or a node that is gone, answers no ping.
        KeepAlivePingDelay = TimeSpan.FromSeconds(10),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        InitialHttp2StreamWindowSize = 1 << 20,
        // The trace is handed on as metadata.
        ActivityHeadersPropagator = null,
        SslOptions = certificates?.ForHandshakes() ?? new SslClientAuthenticationOptions(),
    };
}
