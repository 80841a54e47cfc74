using Cafe.Assistant;
using Cafe.Diffuser;
using Cafe.EmbeddedRedis;
using Cafe.Encoder;
using Cafe.Gateway;
using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cafe.Cli.Embedded;

/// <summary>All four services in this process, with real gRPC between them and a Redis of their own.</summary>
internal sealed class EmbeddedSystem : IAsyncDisposable
{
    private readonly List<(string Name, WebApplication Host)> _hosts = [];
    private readonly EmbeddedGarnet _redis;

    private EmbeddedSystem(EmbeddedGarnet redis) => _redis = redis;

    /// <summary>The gateway's gRPC address.</summary>
    public Uri Gateway => Host("gateway").CafeAddresses().Grpc;

    /// <summary>The gateway's JSON address.</summary>
    public Uri Json => Host("gateway").JsonAddress();

    /// <summary>Every service's addresses, by service.</summary>
    public IReadOnlyDictionary<string, BoundAddresses> Addresses => _hosts.ToDictionary(host => host.Name, host => host.Host.CafeAddresses());

    /// <summary>Where the embedded Redis listens.</summary>
    public string Redis => _redis.Configuration;

    /// <summary>Starts everything and waits until every stage has warmed up.</summary>
    /// <param name="options">Pack, ports, settings.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="CliException">A service can't work; says which and why.</exception>
    public static async Task<EmbeddedSystem> StartAsync(EmbeddedOptions options, CancellationToken cancellationToken)
    {
        var system = new EmbeddedSystem(EmbeddedGarnet.Start(options.RedisPort));
        try
        {
            string[] stage = [.. options.Common, "--Listen:GrpcPort=0", $"--Pack:Path={options.Pack}", $"--Redis:Configuration={system.Redis}"];
            await system.AddAsync("encoder", EncoderHost.Build([.. stage, .. options.Settings]), cancellationToken);
            await system.AddAsync("assistant", AssistantHost.Build([.. stage, .. options.Settings]), cancellationToken);
            await system.AddAsync("diffuser", DiffuserHost.Build([.. stage, .. options.Settings], options.Diffuser), cancellationToken);
            string[] gateway =
            [
                .. options.Common,
                $"--Listen:GrpcPort={options.GrpcPort}", $"--Gateway:JsonPort={options.JsonPort}", $"--Redis:Configuration={system.Redis}",
                $"--Gateway:Stages:Encoder:Address={system.Addresses["encoder"].Grpc}",
                $"--Gateway:Stages:Assistant:Address={system.Addresses["assistant"].Grpc}",
                $"--Gateway:Stages:Diffuser:Address={system.Addresses["diffuser"].Grpc}",
            ];
            await system.AddAsync("gateway", GatewayHost.Build([.. gateway, .. options.Settings]), cancellationToken);
            await Task.WhenAll(system._hosts.Select(host => ReadyAsync(host.Name, host.Host, cancellationToken)));
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The gateway first: what it still runs is then the stages' no longer.
        foreach (var (_, host) in Enumerable.Reverse(_hosts))
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }

        _redis.Dispose();
    }

    private WebApplication Host(string name) => _hosts.Find(host => host.Name == name).Host;

    private async Task AddAsync(string name, WebApplication host, CancellationToken cancellationToken)
    {
        _hosts.Add((name, host));
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            throw new CliException($"The {name} can't start: {failure.Message}");
        }
    }

    private static async Task ReadyAsync(string name, WebApplication host, CancellationToken cancellationToken)
    {
        var readiness = host.Services.GetRequiredService<Readiness>();
        while (true)
        {
            var (status, changed) = readiness.Observe();
            switch (status.State)
            {
                case ReadinessState.Ready:
                    return;
                case ReadinessState.Broken:
                    throw new CliException($"The {name} can't work: {status.Reason}");
                default:
                    await changed.WaitAsync(cancellationToken);
                    break;
            }
        }
    }
}
