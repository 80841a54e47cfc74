namespace Cafe.Testing.Processes;

/// <summary>The three ports that every service opens.</summary>
public sealed record ServicePorts(int Grpc, int Health, int Metrics)
{
    /// <summary>Three that nobody listens on.</summary>
    public static ServicePorts Free() => FreePorts.Take(3) is [var grpc, var health, var metrics] ? new(grpc, health, metrics) : throw new InvalidOperationException();
}
