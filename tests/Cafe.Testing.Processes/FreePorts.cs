using System.Net;
using System.Net.Sockets;

namespace Cafe.Testing.Processes;

/// <summary>Ports of the loopback that nobody listens on, for processes that come back at the same place.</summary>
public static class FreePorts
{
    /// <summary>So many, all different.</summary>
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }
}
