using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>Work that is done once per key.</summary>
public sealed class IdempotencyOptions
{
    /// <summary>Seconds that an outcome is kept, 1 to 604800. Default 600.</summary>
    [Range(1, 604_800)]
    public double ExpiresAfterSeconds { get; set; } = 600;

    /// <summary>Largest outcome kept, in bytes, 1 KiB to 512 MiB. Default 64 MiB; a larger one is worked out again.</summary>
    [Range(1024, 512 << 20)]
    public int MaxOutcomeBytes { get; set; } = 64 << 20;

    /// <summary>Seconds that a gateway's claim on a key lives without being renewed, 0.2 to 600. Default 4: how long work stays with a gateway that died.</summary>
    [Range(0.2, 600)]
    public double LeaseSeconds { get; set; } = 4;

    /// <summary>
    /// Most bytes of outcomes that a gateway holds itself because the store can't, 0 to 2147483647. Default 256 MiB; the oldest
    /// go first, and none stays for longer than <see cref="DetachedSeconds"/>.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int MaxRetainedBytes { get; set; } = 256 << 20;

    /// <summary>
    /// Seconds that work with a key goes on after its last reader left, whether its call broke, was cancelled or met its deadline,
    /// 0 to 3600. Default 30. Until it ends the work counts against the limits of its caller and of the gateway.
    /// </summary>
    [Range(0, 3600)]
    public double DetachedSeconds { get; set; } = 30;
}
