using System.Collections.Immutable;
using System.Text;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// Seeded noise of a given deviation around a mean, made as it is read: element i depends on the seed, the name and i alone, so any range
/// can be read in any order and a model of any size needs no memory. Uniform, since that takes a fraction of a normal draw's time.
/// </summary>
public sealed class RandomTensor : TensorSource
{
    private readonly ulong key;
    private readonly float mean;
    private readonly float step;

    /// <param name="seed">The same seed and name give the same values.</param>
    /// <param name="deviation">Standard deviation of the values.</param>
    /// <param name="mean">For example 1 for the weight of a norm.</param>
    public RandomTensor(string name, TensorType type, ImmutableArray<long> shape, ulong seed, float deviation, float mean = 0)
        : base(name, type, shape)
    {
        if (!type.IsFloat())
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Noise is made in real types only.");
        }

        key = Mix(seed ^ HashOf(name));
        this.mean = mean;
        step = deviation * MathF.Sqrt(12) / 65536;
    }

    protected override void ReadFloatsCore(long start, Span<float> destination)
    {
        // One 64-bit draw gives four elements of 16 bits.
        for (var i = 0; i < destination.Length;)
        {
            var index = (ulong)(start + i);
            var bits = Mix(key + ((index >> 2) * 0x9E3779B97F4A7C15UL));
            for (var lane = (int)(index & 3); lane < 4 && i < destination.Length; lane++, i++)
            {
                destination[i] = mean + (step * ((int)((bits >> (16 * lane)) & 0xffff) - 32767.5f));
            }
        }
    }

    protected override void ReadCore(long start, Span<byte> destination)
    {
        var size = Type.Size();
        Span<float> floats = stackalloc float[1024];
        for (var done = 0; done < destination.Length; done += floats.Length * size)
        {
            var count = Math.Min(floats.Length, (destination.Length - done) / size);
            ReadFloatsCore(start + (done / size), floats[..count]);
            ElementConversion.FromFloats(Type, floats[..count], destination.Slice(done, count * size));
        }
    }

    private static ulong HashOf(string name)
    {
        // FNV-1a: stable across processes, unlike string.GetHashCode.
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        return hash;
    }

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
