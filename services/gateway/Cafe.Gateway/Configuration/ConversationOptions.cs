using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>Conversations kept for callers.</summary>
public sealed class ConversationOptions
{
    /// <summary>Seconds that a conversation outlives its last turn, 1 to 2592000. Default 3600.</summary>
    [Range(1, 2_592_000)]
    public double ExpiresAfterSeconds { get; set; } = 3600;

    /// <summary>Largest picture that a conversation keeps, in bytes, 1 KiB to 1 GiB. Default 8 MiB.</summary>
    [Range(1024, 1 << 30)]
    public int MaxImageBytes { get; set; } = 8 << 20;

    /// <summary>Seconds that a turn's claim on its conversation lives without being renewed, 0.5 to 600. Default 10.</summary>
    [Range(0.5, 600)]
    public double LeaseSeconds { get; set; } = 10;
}
