namespace Cafe.ServiceDefaults.Listening;

/// <summary>Names of the ports that every service opens.</summary>
public static class ListenerNames
{
    /// <summary>The service's gRPC port: h2c, or h2 over TLS where certificates are configured.</summary>
    public const string Grpc = "grpc";

    /// <summary>grpc.health.v1 alone, always without TLS: the kubelet's probe does none.</summary>
    public const string Health = "health";

    /// <summary>GET /metrics alone, HTTP/1.</summary>
    public const string Metrics = "metrics";

    /// <summary>The three above.</summary>
    public static readonly IReadOnlyList<string> BuiltIn = [Grpc, Health, Metrics];
}
