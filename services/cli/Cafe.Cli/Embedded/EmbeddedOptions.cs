using Microsoft.Extensions.DependencyInjection;

namespace Cafe.Cli.Embedded;

/// <summary>What the embedded system is started with.</summary>
internal sealed record EmbeddedOptions
{
    /// <summary>The pack's folder.</summary>
    public required string Pack { get; init; }

    /// <summary>The gateway's gRPC port; 0 takes a free one.</summary>
    public int GrpcPort { get; init; }

    /// <summary>The gateway's JSON port; 0 takes a free one.</summary>
    public int JsonPort { get; init; }

    /// <summary>The embedded Redis's port; 0 takes a free one.</summary>
    public int RedisPort { get; init; }

    /// <summary>What the services log: a level's name.</summary>
    public string LogLevel { get; init; } = "Warning";

    /// <summary>The interface to listen on.</summary>
    public string Listen { get; init; } = "loopback";

    /// <summary>Further configuration for every service, as <c>--Diffuser:MaxRows=8</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Last word on the diffuser's services: tests watch its model there.</summary>
    public Action<IServiceCollection>? Diffuser { get; init; }

    /// <summary>What all services are given. They log to standard error: standard output is the command's.</summary>
    public IReadOnlyList<string> Common =>
    [
        $"--Listen:Address={Listen}", "--Listen:HealthPort=0", "--Listen:MetricsPort=0",
        "--Drain:TimeoutSeconds=5", "--Logging:Console:LogToStandardErrorThreshold=Trace", $"--Logging:LogLevel:Default={LogLevel}",
    ];
}
