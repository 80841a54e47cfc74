using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;
using Microsoft.Extensions.Logging;

namespace Cafe.EmbeddedRedis;

/// <summary>
/// A Redis-compatible server inside this process, in memory only: for the all-in-one host and for tests. Services take their
/// Redis by configuration and never refer to this.
/// </summary>
public sealed class EmbeddedGarnet : IDisposable
{
    private const int Attempts = 10;
    private readonly GarnetServer _server;

    private EmbeddedGarnet(GarnetServer server, IPEndPoint endpoint)
    {
        _server = server;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>For <c>Redis:Configuration</c>: <c>127.0.0.1:port</c>.</summary>
    public string Configuration => Endpoint.ToString();

    /// <summary>Starts a server on loopback.</summary>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="memoryMegabytes">Memory for values, 16 or more, rounded down to a power of two; the oldest are dropped beyond it.</param>
    /// <param name="loggers">Where it logs; null: nowhere.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static EmbeddedGarnet Start(int port = 0, int memoryMegabytes = 256, ILoggerFactory? loggers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memoryMegabytes, 16);
        for (var attempt = 1; ; attempt++)
        {
            // Garnet can't say which port 0 became, so a free one is found first; someone else may take it in between.
            var endpoint = new IPEndPoint(IPAddress.Loopback, port == 0 ? FreePort() : port);
            GarnetServer? server = null;
            try
            {
                server = new GarnetServer(
                    new GarnetServerOptions
                    {
                        EndPoints = [endpoint],
                        LogMemorySize = memoryMegabytes.ToString(CultureInfo.InvariantCulture) + "m",
                        PageSize = "4m",
                        IndexMemorySize = "4m",
                        QuietMode = true,
                    },
                    loggers);
                server.Start();
                return new EmbeddedGarnet(server, endpoint);
            }
            catch (SocketException e)
            {
                server?.Dispose();
                if (port != 0 || attempt == Attempts)
                {
                    throw new IOException($"The embedded Redis can't listen on {endpoint}: {e.Message}", e);
                }
            }
        }
    }

    /// <summary>Stops it; everything in it is lost.</summary>
    public void Dispose() => _server.Dispose();

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
