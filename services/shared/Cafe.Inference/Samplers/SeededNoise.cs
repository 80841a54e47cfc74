namespace Cafe.Inference.Samplers;

/// <summary>
/// Standard normal noise from a seed. Elements 4b to 4b + 3 come from Philox4x32-10 with the seed as key and b as counter:
/// words (A, B) and (C, D) each give two by Box and Muller's transform, with u = (word + 1/2) / 2^32, in double
/// precision, then rounded. Element i of a seed is the same whatever the number of elements.
/// </summary>
public static class SeededNoise
{
    /// <summary>The seed of picture k of a request: seed + k, modulo 2^64.</summary>
    public static ulong OfPicture(ulong seed, int picture) => unchecked(seed + (ulong)picture);

    /// <summary>Fills with standard normal numbers.</summary>
    public static void Fill(ulong seed, Span<float> noise)
    {
        Span<float> block = stackalloc float[4];
        for (var start = 0; start < noise.Length; start += 4)
        {
            var (a, b, c, d) = Philox.Block(seed, (UInt128)(start / 4));
            (block[0], block[1]) = Normal(a, b);
            (block[2], block[3]) = Normal(c, d);
            block[..Math.Min(4, noise.Length - start)].CopyTo(noise[start..]);
        }
    }

    private static (float First, float Second) Normal(uint radius, uint angle)
    {
        var length = Math.Sqrt(-2 * Math.Log(Uniform(radius)));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * Uniform(angle));
        return ((float)(length * cosine), (float)(length * sine));
    }

    private static double Uniform(uint word) => (word + 0.5) / (1UL << 32);
}
