using Cafe.Client;
using Cafe.Testing.Processes;

namespace Cafe.EndToEnd.Running;

/// <summary>The four services as four processes.</summary>
internal sealed class ProcessSystem : IDisposable
{
    /// <param name="pack">The pack's folder.</param>
    /// <param name="redis">host:port of a Redis.</param>
    /// <param name="diffuser">The diffuser's further settings.</param>
    public ProcessSystem(string pack, string redis, IReadOnlyList<string> diffuser)
    {
        Encoder = Stage("Encoder", []);
        Assistant = Stage("Assistant", []);
        Diffuser = Stage("Diffuser", diffuser);
        Gateway = new ServiceProcess("Gateway",
        [
            $"--Gateway:JsonPort={FreePorts.Take(1)[0]}", $"--Redis:Configuration={redis}", $"--Gateway:Stages:Encoder:Address={Encoder.Address}",
            $"--Gateway:Stages:Assistant:Address={Assistant.Address}", $"--Gateway:Stages:Diffuser:Address={Diffuser.Address}",
        ]);

        ServiceProcess Stage(string name, IReadOnlyList<string> settings) => new(name, [$"--Pack:Path={pack}", $"--Redis:Configuration={redis}", .. settings]);
    }

    public ServiceProcess Encoder { get; }

    public ServiceProcess Assistant { get; }

    public ServiceProcess Diffuser { get; }

    public ServiceProcess Gateway { get; }

    public IReadOnlyList<ServiceProcess> All => [Encoder, Assistant, Diffuser, Gateway];

    public static async Task<ProcessSystem> StartAsync(string pack, string redis, CancellationToken cancellation, params IReadOnlyList<string> diffuser)
    {
        var system = new ProcessSystem(pack, redis, diffuser);
        try
        {
            await Task.WhenAll(system.All.Select(service => service.StartAsync(cancellation)));
            return system;
        }
        catch
        {
            system.Dispose();
            throw;
        }
    }

    public CafeClient Client() => new(Gateway.Address);

    /// <summary>A client that gives up at the first failure, as generated stubs do.</summary>
    public CafeClient PlainClient() => new(Gateway.Address, new CafeClientOptions { Patience = TimeSpan.Zero });

    public void Dispose()
    {
        foreach (var service in All)
        {
            service.Dispose();
        }
    }
}
