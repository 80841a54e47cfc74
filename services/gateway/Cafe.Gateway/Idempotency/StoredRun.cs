using System.Text;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Gateway.Idempotency;

/// <summary>Events of a run as the store keeps them: the request's hash, then each event with its length.</summary>
/// <param name="RequestHash">64 hex characters.</param>
/// <param name="Events">The events, in order.</param>
internal sealed record StoredRun(string RequestHash, IReadOnlyList<GenerateResponse> Events)
{
    private const int HashLength = 64;

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        stream.Write(Encoding.ASCII.GetBytes(RequestHash));
        foreach (var what in Events)
        {
            what.WriteDelimitedTo(stream);
        }

        return stream.ToArray();
    }

    public static StoredRun Parse(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, HashLength, bytes.Length - HashLength);
        var events = new List<GenerateResponse>();
        while (stream.Position < stream.Length)
        {
            events.Add(GenerateResponse.Parser.ParseDelimitedFrom(stream));
        }

        return new StoredRun(Encoding.ASCII.GetString(bytes, 0, HashLength), events);
    }
}
