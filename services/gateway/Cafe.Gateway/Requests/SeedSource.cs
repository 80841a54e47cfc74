using System.Security.Cryptography;

namespace Cafe.Gateway.Requests;

/// <summary>Draws the seeds that callers left open.</summary>
public class SeedSource
{
    /// <summary>A seed; small enough for JSON readers that keep numbers as doubles.</summary>
    public virtual ulong Next() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) & ((1UL << 53) - 1);
}
