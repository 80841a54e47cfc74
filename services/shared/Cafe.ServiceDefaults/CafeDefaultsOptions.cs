using Cafe.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Cafe.ServiceDefaults;

/// <summary>What a service adds to the defaults in code; everything an operator may change is configuration instead.</summary>
public sealed class CafeDefaultsOptions
{
    private readonly List<ListenerDefinition> _listeners = [];

    /// <summary>Listeners besides grpc, health and metrics.</summary>
    public IReadOnlyList<ListenerDefinition> Listeners => _listeners;

    /// <summary>Opens one more port, for example the gateway's JSON port: HTTP/1 without TLS can't share a port with h2c.</summary>
    /// <param name="name">Names the listener in <see cref="BoundAddresses"/>; not grpc, health or metrics.</param>
    /// <param name="port">0 to 65535; 0 takes a free port.</param>
    /// <param name="protocols">What is spoken there.</param>
    /// <param name="tls">Whether the certificate of <c>Listen:Tls</c>, where there is one, is used there.</param>
    public CafeDefaultsOptions AddListener(string name, int port, HttpProtocols protocols, bool tls = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_listeners.Exists(listener => listener.Name == name) || ListenerNames.BuiltIn.Contains(name))
        {
            throw new ArgumentException($"A listener named {name} exists already.", nameof(name));
        }

        _listeners.Add(new ListenerDefinition(name, port, protocols, tls));
        return this;
    }
}
