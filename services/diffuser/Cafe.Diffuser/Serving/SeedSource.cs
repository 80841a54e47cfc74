using System.Security.Cryptography;

namespace Cafe.Diffuser.Serving;

/// <summary>Seeds for requests that have none.</summary>
public class SeedSource
{
    /// <summary>A seed.</summary>
    public virtual ulong Next() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
