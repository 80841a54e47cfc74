namespace Cafe.Inference.Samplers;

/// <summary>
/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): a block of random bits is a function
/// of a key and a counter alone, so that any element can be drawn without those before it.
/// </summary>
internal static class Philox
{
    private const int Rounds = 10;

    /// <summary>Four words of block <paramref name="counter"/> under a key.</summary>
    public static (uint A, uint B, uint C, uint D) Block(ulong key, UInt128 counter)
    {
        var (low, high) = ((ulong)counter, (ulong)(counter >> 64));
        var (a, b, c, d) = ((uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32));
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var left = 0xD2511F53UL * a;
            var right = 0xCD9E8D57UL * c;
            (a, b, c, d) = ((uint)(right >> 32) ^ b ^ k0, (uint)right, (uint)(left >> 32) ^ d ^ k1, (uint)left);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (a, b, c, d);
    }
}
