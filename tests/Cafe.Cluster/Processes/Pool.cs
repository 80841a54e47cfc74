using System.Net;
using Cafe.Testing.Processes;

namespace Cafe.Cluster.Processes;

/// <summary>
/// The pods of one component behind one name. It does what a kubelet and the endpoints controller do: probes every pod, and
/// publishes the addresses of those that are ready and not going down.
/// </summary>
internal sealed class Pool : IDisposable
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromMinutes(2);
    private readonly NameServer _names;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<ServiceProcess> _pods = [];
    private readonly HashSet<ServiceProcess> _leaving = [];
    private readonly int _number;
    private readonly ServicePorts _ports;
    private readonly string[] _settings;
    private HashSet<ServiceProcess> _published = [];
    private int _started;

    /// <param name="names">Where pods are published.</param>
    /// <param name="component"><c>Encoder</c>, <c>Assistant</c>, <c>Diffuser</c> or <c>Gateway</c>.</param>
    /// <param name="number">Tells its addresses from other pools': 127.0.{number}.x.</param>
    /// <param name="ports">The same in every pod.</param>
    /// <param name="settings">The same in every pod.</param>
    public Pool(NameServer names, string component, int number, ServicePorts ports, params string[] settings)
    {
        (_names, Component, _number, _ports, _settings) = (names, component, number, ports, settings);
        _ = Task.Run(ProbeAsync);
    }

    public string Component { get; }

    /// <summary>host:port of the Service.</summary>
    public string Authority => $"{Name}:{_ports.Grpc}";

    private string Name => $"{Component.ToLowerInvariant()}.cafe.test";

    /// <summary>The pods, oldest first.</summary>
    public IReadOnlyList<ServiceProcess> Pods
    {
        get
        {
            lock (_lock)
            {
                return [.. _pods];
            }
        }
    }

    /// <summary>Whether a pod's address is among the name's now.</summary>
    public bool IsPublished(ServiceProcess pod)
    {
        lock (_lock)
        {
            return _published.Contains(pod);
        }
    }

    /// <summary>Starts a pod at a new address; it may take a while, or forever, to become ready.</summary>
    /// <param name="settings">In place of the pool's, as a new revision has them.</param>
    public ServiceProcess Launch(params string[] settings)
    {
        var address = new IPAddress([127, 0, (byte)_number, (byte)++_started]);
        var pod = new ServiceProcess(Component, address, _ports, [.. _settings, .. settings], _names.ResolvConf);
        pod.Process.Start();
        lock (_lock)
        {
            _pods.Add(pod);
        }

        return pod;
    }

    /// <summary>Starts pods and waits until they are published.</summary>
    public async Task GrowAsync(int count, CancellationToken cancellation)
    {
        foreach (var pod in Enumerable.Range(0, count).Select(_ => Launch()).ToList())
        {
            await PublishedAsync(pod, cancellation);
        }
    }

    /// <summary>Waits until a pod is published.</summary>
    public async Task PublishedAsync(ServiceProcess pod, CancellationToken cancellation)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!IsPublished(pod))
        {
            Assert.True(pod.Process.Running && DateTime.UtcNow < deadline, $"{Component} at {pod.Host} did not become ready: {pod.Process.Log}");
            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>As a pod is deleted: out of the Service, the preStop sleep, SIGTERM, and death at the grace period's end.</summary>
    /// <returns>How long the process took from SIGTERM on.</returns>
    public async Task<TimeSpan> DeleteAsync(ServiceProcess pod, TimeSpan preStop, TimeSpan grace, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _leaving.Add(pod);
        }

        await Task.Delay(preStop, cancellation);
        var took = await pod.Process.TerminateAsync(grace - preStop);
        lock (_lock)
        {
            _pods.Remove(pod);
        }

        Assert.Equal(0, await pod.Process.WaitAsync(Patience));
        pod.Dispose();
        return took;
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var pod in Pods)
        {
            pod.Dispose();
        }
    }

    private async Task ProbeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var ready = await Task.WhenAll(Pods.Select(async pod => (Pod: pod, (await pod.ProbeAsync(CancellationToken.None)).Serving)));
            lock (_lock)
            {
                _published = [.. ready.Where(probed => probed.Serving && !_leaving.Contains(probed.Pod)).Select(probed => probed.Pod)];
                _names.Publish(Name, _published.Select(pod => pod.Host));
            }

            await Task.Delay(ProbeEvery);
        }
    }
}
