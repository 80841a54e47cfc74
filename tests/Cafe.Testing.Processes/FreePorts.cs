using System.Net;
using System.Net.Sockets;

namespace Cafe.Testing.Processes;

/// <summary>
/// Ports of the loopback that nobody listens on, for processes that come back at the same place. They lie below those that systems give to
/// connections, any of which could take one before its process listens; and none is given twice.
/// </summary>
public static class FreePorts
{
    private const int First = 12_000, End = 32_000;
    private static readonly Lock Lock = new();
    private static readonly HashSet<int> Given = [];

    /// <summary>So many, all different.</summary>
    public static int[] Take(int count)
    {
        lock (Lock)
        {
            return [.. Enumerable.Range(0, count).Select(_ => Next())];
        }
    }

    private static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (!Given.Contains(port) && IsFree(port))
            {
                Given.Add(port);
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
