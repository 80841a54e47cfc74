using System.Buffers.Binary;
using System.Text;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Gateway.Conversations;

/// <summary>
/// A conversation's turns as the store keeps them, with the name of the newest: a turn that is worked out again, because its
/// gateway died after keeping it, finds itself there and takes its own place.
/// </summary>
/// <param name="Turns">Oldest first.</param>
/// <param name="NewestName">64 hex characters: <see cref="ConversationTurn.Name"/> of the turn that was kept last.</param>
/// <param name="Before">How many of the turns there were before that one.</param>
internal sealed record KeptConversation(IReadOnlyList<Turn> Turns, string NewestName, int Before)
{
    private const int NameLength = 64;
    private const int HeaderLength = NameLength + sizeof(int);

    /// <summary>The turns before the one of this name: all, unless that one was kept already.</summary>
    public IEnumerable<Turn> TurnsBefore(string name) => name == NewestName ? Turns.Take(Before) : Turns;

    /// <summary>The turn of this name is the conversation's first, kept already.</summary>
    public bool BeganWith(string name) => name == NewestName && Before == 0;

    public byte[] ToBytes()
    {
        var conversation = new Conversation { Turns = { Turns } };
        var bytes = new byte[HeaderLength + conversation.CalculateSize()];
        Encoding.ASCII.GetBytes(NewestName, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(NameLength), Before);
        conversation.WriteTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    public static KeptConversation Parse(byte[] bytes) => new(
        Conversation.Parser.ParseFrom(bytes.AsSpan(HeaderLength)).Turns,
        Encoding.ASCII.GetString(bytes, 0, NameLength),
        BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(NameLength)));
}
