using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cafe.ServiceDefaults.Listening;

/// <summary>Opens the ports and marks each connection with the listener's name.</summary>
internal sealed class KestrelSetup(
    IOptions<ListenSettings> settings,
    CafeDefaultsOptions defaults,
    BoundAddresses bound,
    TimeProvider time,
    ILoggerFactory loggers) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        var listen = settings.Value;
        kestrel.AddServerHeader = false;
        kestrel.Limits.Http2.MaxStreamsPerConnection = listen.MaxStreamsPerConnection;
        // A picture of several MiB should not wait for window updates; the connection's window feeds many streams.
        kestrel.Limits.Http2.InitialStreamWindowSize = 1 << 20;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 8 << 20;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        // gRPC refuses a message by its announced length and says so; the transport's own limit, which only ends the call, stays behind it.
        kestrel.Limits.MaxRequestBodySize = 2L * listen.MaxReceiveMessageBytes;

        // Read here: a bad certificate stops the start, not the first caller.
        var certificates = listen.Tls.Enabled
            ? new TlsCertificates(listen.Tls, time, loggers.CreateLogger("Cafe.Tls"))
            : null;
        Open(kestrel, new ListenerDefinition(ListenerNames.Grpc, listen.GrpcPort, HttpProtocols.Http2, Tls: true), certificates);
        Open(kestrel, new ListenerDefinition(ListenerNames.Health, listen.HealthPort, HttpProtocols.Http2, Tls: false), null);
        Open(kestrel, new ListenerDefinition(ListenerNames.Metrics, listen.MetricsPort, HttpProtocols.Http1, Tls: false), null);
        foreach (var listener in defaults.Listeners)
        {
            Open(kestrel, listener, certificates);
        }
    }

    private void Open(KestrelServerOptions kestrel, ListenerDefinition listener, TlsCertificates? certificates)
    {
        if (settings.Value.BindAddress is { } address)
        {
            kestrel.Listen(address, listener.Port, options => Set(options, listener, certificates));
        }
        else
        {
            kestrel.ListenAnyIP(listener.Port, options => Set(options, listener, certificates));
        }
    }

    private void Set(ListenOptions options, ListenerDefinition listener, TlsCertificates? certificates)
    {
        var tls = listener.Tls && certificates is not null;
        var feature = new ListenerFeature(listener.Name);
        options.Protocols = listener.Protocols;
        options.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });
        if (tls)
        {
            options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificates!.Current()) });
        }

        bound.Add(listener.Name, options, tls);
    }
}
