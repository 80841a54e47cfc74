using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Cafe.ServiceDefaults.Listening;

/// <summary>Where a host really listens, once it has started: ports configured as 0 are known only then.</summary>
public sealed class BoundAddresses
{
    private readonly ConcurrentDictionary<string, (ListenOptions Options, bool Tls)> _listeners = new();

    /// <summary>A listener's address, for example <c>http://127.0.0.1:43210</c>; one bound to every interface is named by loopback.</summary>
    /// <exception cref="InvalidOperationException">The host has no such listener, or hasn't started.</exception>
    public Uri this[string name]
    {
        get
        {
            if (!_listeners.TryGetValue(name, out var listener) || listener.Options.IPEndPoint is not { Port: > 0 } endpoint)
            {
                throw new InvalidOperationException($"The host has no listener named {name}, or has not started yet.");
            }

            var address = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any)
                ? IPAddress.Loopback
                : endpoint.Address;
            return new UriBuilder(listener.Tls ? "https" : "http", address.ToString(), endpoint.Port).Uri;
        }
    }

    /// <summary>The gRPC address.</summary>
    public Uri Grpc => this[ListenerNames.Grpc];

    /// <summary>The address of the health port.</summary>
    public Uri Health => this[ListenerNames.Health];

    /// <summary>The address of the metrics port.</summary>
    public Uri Metrics => this[ListenerNames.Metrics];

    internal void Add(string name, ListenOptions options, bool tls) => _listeners[name] = (options, tls);
}
