using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cafe.Cluster.Processes;

/// <summary>
/// What a cluster's DNS says of headless Services: an A record for each published pod, NXDOMAIN where there is none. Answers over
/// UDP on a loopback address, and is asked by the processes that see <see cref="ResolvConf"/>.
/// </summary>
internal sealed class NameServer : IDisposable
{
    private const int Port = 53, Header = 12;
    private const ushort TypeA = 1, ResponseAuthoritative = 0x8400, RecursionDesired = 0x0100, NoSuchName = 3, PointerToQuestion = 0xC00C;
    private static readonly IPAddress Host = IPAddress.Parse("127.0.53.53");
    private readonly ConcurrentDictionary<string, IPAddress[]> _zone = new(StringComparer.OrdinalIgnoreCase);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-names-").FullName;

    public NameServer()
    {
        _socket.Bind(new IPEndPoint(Host, Port));
        ResolvConf = Path.Combine(_folder, "resolv.conf");
        File.WriteAllText(ResolvConf, $"nameserver {Host}\noptions timeout:2 attempts:3\n");
        _ = Task.Run(ServeAsync);
    }

    /// <summary>A file that names this server and no other.</summary>
    public string ResolvConf { get; }

    /// <summary>Why it can't listen here; null where it can.</summary>
    public static string? WhyNot()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(Host, Port));
            return null;
        }
        catch (SocketException failure)
        {
            return $"Nobody but root may answer DNS on {Host}:{Port} here: {failure.Message}.";
        }
    }

    /// <summary>The addresses behind a name from now on.</summary>
    public void Publish(string name, IEnumerable<IPAddress> addresses) => _zone[name] = [.. addresses];

    public void Dispose()
    {
        _socket.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[512];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                var asked = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone);
                await _socket.SendToAsync(Answer(buffer.AsSpan(0, asked.ReceivedBytes)), SocketFlags.None, asked.RemoteEndPoint);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or ArgumentOutOfRangeException)
            {
                if (!_socket.IsBound || failure is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
                {
                    return;
                }
            }
        }
    }

    // RFC 1035, section 4: header, the question as it was asked, an answer for each address. AAAA finds the name and no record.
    private byte[] Answer(ReadOnlySpan<byte> query)
    {
        var (name, end) = Name(query);
        var known = _zone.TryGetValue(name, out var found) && found.Length > 0;
        var addresses = known && BinaryPrimitives.ReadUInt16BigEndian(query[end..]) == TypeA ? found! : [];
        using var answer = new MemoryStream();
        answer.Write(query[..2]);
        Write(ResponseAuthoritative | (BinaryPrimitives.ReadUInt16BigEndian(query[2..]) & RecursionDesired) | (known ? 0 : NoSuchName));
        Write(1);
        Write(addresses.Length);
        answer.Write(new byte[4]);
        answer.Write(query[Header..(end + 4)]);
        foreach (var address in addresses)
        {
            Write(PointerToQuestion);
            Write(TypeA);
            Write(1); // class IN
            answer.Write(new byte[4]); // time to live: ask again
            Write(4);
            answer.Write(address.GetAddressBytes());
        }

        return answer.ToArray();

        void Write(int value)
        {
            answer.WriteByte((byte)(value >> 8));
            answer.WriteByte((byte)value);
        }
    }

    private static (string Name, int End) Name(ReadOnlySpan<byte> query)
    {
        var labels = new List<string>();
        var at = Header;
        while (query[at] is > 0 and var length)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(at + 1, length)));
            at += length + 1;
        }

        return (string.Join('.', labels), at + 1);
    }
}
