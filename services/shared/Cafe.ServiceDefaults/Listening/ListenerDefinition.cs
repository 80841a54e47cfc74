using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Cafe.ServiceDefaults.Listening;

/// <summary>A port that a host opens.</summary>
/// <param name="Name">Its name, as in <see cref="ListenerNames"/>.</param>
/// <param name="Port">0 to 65535; 0 takes a free port.</param>
/// <param name="Protocols">What is spoken there.</param>
/// <param name="Tls">Whether the configured certificate is used there.</param>
public sealed record ListenerDefinition(string Name, int Port, HttpProtocols Protocols, bool Tls);
