using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>Bounds of a request; past them it is refused before any stage is asked.</summary>
public sealed class LimitOptions
{
    /// <summary>Largest picture in bytes, 1 KiB to 1 GiB. Default 20 MiB. A request may hold two: <c>Listen:MaxReceiveMessageBytes</c> must have room for both.</summary>
    [Range(1024, 1 << 30)]
    public int MaxImageBytes { get; set; } = 20 << 20;

    /// <summary>Longest text of a turn in characters, 1 to 1000000. Default 8192.</summary>
    [Range(1, 1_000_000)]
    public int MaxTextCharacters { get; set; } = 8192;

    /// <summary>Most turns of a conversation, 1 to 10000. Default 64.</summary>
    [Range(1, 10_000)]
    public int MaxTurns { get; set; } = 64;

    /// <summary>Most characters of a conversation in all, 1 to 10000000. Default 32768.</summary>
    [Range(1, 10_000_000)]
    public int MaxConversationCharacters { get; set; } = 32_768;

    /// <summary>Most pictures of a call, 1 to 16. Default 16.</summary>
    [Range(1, 16)]
    public int MaxPictures { get; set; } = 16;
}
