using System.Text;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Gateway.Idempotency;

/// <summary>
/// Events of a run as the store keeps them: the request's hash, how many stages made them (one byte), what each of these served,
/// and the events; messages with their lengths.
/// </summary>
/// <param name="RequestHash">64 hex characters.</param>
/// <param name="Makers">What made the events: whoever takes the work over must be able to tell whether it would go on the same.</param>
/// <param name="Events">The events, in order.</param>
internal sealed record StoredRun(string RequestHash, IReadOnlyList<StageProvenance> Makers, IReadOnlyList<GenerateResponse> Events)
{
    private const int HashLength = 64;

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        stream.Write(Encoding.ASCII.GetBytes(RequestHash));
        stream.WriteByte(checked((byte)Makers.Count));
        foreach (var made in Makers)
        {
            made.WriteDelimitedTo(stream);
        }

        foreach (var what in Events)
        {
            what.WriteDelimitedTo(stream);
        }

        return stream.ToArray();
    }

    public static StoredRun Parse(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, HashLength, bytes.Length - HashLength);
        var makers = new StageProvenance[stream.ReadByte()];
        for (var i = 0; i < makers.Length; i++)
        {
            makers[i] = StageProvenance.Parser.ParseDelimitedFrom(stream);
        }

        var events = new List<GenerateResponse>();
        while (stream.Position < stream.Length)
        {
            events.Add(GenerateResponse.Parser.ParseDelimitedFrom(stream));
        }

        return new StoredRun(Encoding.ASCII.GetString(bytes, 0, HashLength), makers, events);
    }
}
