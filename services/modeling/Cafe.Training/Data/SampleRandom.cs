namespace Cafe.Training.Data;

/// <summary>
/// Seeded numbers (SplitMix64) that do not change with the runtime's version: the same seed, stream and index give the same
/// sample on any machine. Not for security.
/// </summary>
public sealed class SampleRandom
{
    private ulong _state;

    /// <param name="seed">The data set's seed.</param>
    /// <param name="stream">What the numbers are for, so that two uses never share them.</param>
    /// <param name="index">The item's number.</param>
    public SampleRandom(ulong seed, string stream, long index)
    {
        ArgumentNullException.ThrowIfNull(stream);

        // FNV-1a over the stream's name, then one step each for seed and index: neighbours become unrelated.
        var hash = 14695981039346656037UL;
        foreach (var letter in stream)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        _state = Mix(Mix(seed + 0x9E3779B97F4A7C15UL) ^ hash) ^ Mix((ulong)index * 0xD1B54A32D192ED03UL);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>A number from 0 to below 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from low to below high.</summary>
    public float Range(double low, double high) => (float)(low + ((high - low) * NextDouble()));

    /// <summary>A whole number from 0 to below the count.</summary>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)(NextDouble() * count);
    }

    /// <summary>A whole number from low to high, both possible.</summary>
    public int Whole(int low, int high) => low + Below(high - low + 1);

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>One of the items.</summary>
    public T Pick<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items[Below(items.Count)];
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
