using Cafe.Client;
using Cafe.Testing.Processes;

namespace Cafe.Cluster.Processes;

/// <summary>The four pools on addresses of the loopback, each behind a DNS name, as the chart's headless Services put them.</summary>
internal sealed class LoopbackCluster : IDisposable
{
    /// <summary>Shorter than the chart's: a test waits for it at every pod.</summary>
    public static readonly TimeSpan PreStop = TimeSpan.FromSeconds(2);

    /// <summary>Longest drain of a pod.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);

    /// <summary>As the chart adds it up: preStop, then the drain, then a margin to exit.</summary>
    public static readonly TimeSpan Grace = PreStop + Drain + TimeSpan.FromSeconds(15);

    private readonly NameServer _names = new();

    private LoopbackCluster(string pack, string redis, Func<string, IEnumerable<string>> settings)
    {
        var ports = ServicePorts.Free();
        string[] common = [$"--Redis:Configuration={redis}", FormattableString.Invariant($"--Drain:TimeoutSeconds={Drain.TotalSeconds}")];
        string[] stage = [.. common, $"--Pack:Path={pack}"];
        Encoder = new Pool(_names, "Encoder", 21, ports, [.. stage, .. settings("encoder")]);
        Assistant = new Pool(_names, "Assistant", 22, ports, [.. stage, .. settings("assistant")]);
        Diffuser = new Pool(_names, "Diffuser", 23, ports, [.. stage, .. settings("diffuser")]);
        Gateway = new Pool(_names, "Gateway", 24, ports,
        [
            .. common, $"--Gateway:JsonPort={FreePorts.Take(1)[0]}", .. Stages.Select(pool => $"--Gateway:Stages:{pool.Component}:Address=dns:///{pool.Authority}"), .. settings("gateway"),
        ]);
    }

    public Pool Encoder { get; }

    public Pool Assistant { get; }

    public Pool Diffuser { get; }

    public Pool Gateway { get; }

    public IReadOnlyList<Pool> Stages => [Encoder, Assistant, Diffuser];

    /// <summary>For processes that call the gateway by its name.</summary>
    public string ResolvConf => _names.ResolvConf;

    public static void SkipUnlessPossible()
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "Only Linux has all of 127.0.0.0/8 and mount namespaces.");
        var reason = OwnResolver.Reason ?? NameServer.WhyNot();
        Assert.SkipWhen(reason is not null, reason ?? "");
    }

    /// <param name="pack">The pack's folder.</param>
    /// <param name="redis">host:port of a Redis.</param>
    /// <param name="each">Pods of each stage.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="encoders">Pods of the encoder, where not as many.</param>
    /// <param name="diffusers">Pods of the diffuser, where not as many.</param>
    /// <param name="gateways">Pods of the gateway.</param>
    /// <param name="settings">More settings by component, in lower case.</param>
    public static async Task<LoopbackCluster> StartAsync(string pack, string redis, int each, CancellationToken cancellation, int? encoders = null, int? diffusers = null, int gateways = 1, Func<string, IEnumerable<string>>? settings = null)
    {
        var cluster = new LoopbackCluster(pack, redis, settings ?? (_ => []));
        try
        {
            await Task.WhenAll(cluster.Encoder.GrowAsync(encoders ?? each, cancellation), cluster.Assistant.GrowAsync(each, cancellation), cluster.Diffuser.GrowAsync(diffusers ?? each, cancellation));
            await cluster.Gateway.GrowAsync(gateways, cancellation);
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>A client of the first gateway.</summary>
    public CafeClient Client() => new(Gateway.Pods[0].Address);

    public void Dispose()
    {
        foreach (var pool in Stages.Append(Gateway))
        {
            pool.Dispose();
        }

        _names.Dispose();
    }
}
