using System.Globalization;
using System.Runtime.CompilerServices;

namespace Cafe.Testing.Fuzzing;

/// <summary>
/// Feeds a reader inputs that are nearly right. Input i is the same in every run, so a failure's number is all that is needed to see it again.
/// CAFE_FUZZ_COUNT sets how many there are, for example
/// <c>CAFE_FUZZ_COUNT=100000 dotnet test -c Release --filter FullyQualifiedName~Fuzz</c>.
/// </summary>
public static class Fuzz
{
    /// <summary>Numbers at which lengths, offsets and counts go wrong.</summary>
    public static IReadOnlyList<long> Edges { get; } =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
        0x3fffffffffffffff, 0x4000000000000000, long.MaxValue, long.MinValue, -1, -2, -8,
    ];

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <param name="defaultCount">Inputs where CAFE_FUZZ_COUNT is not set.</param>
    /// <param name="create">An input, from a generator seeded with its number.</param>
    /// <param name="read">Reads the input: true where it was accepted, false where it was refused as it should be; anything thrown is a failure.</param>
    /// <param name="limits">What one input may take; null for <see cref="FuzzLimits.Default"/>.</param>
    /// <param name="test">Names the file that holds the number of the input being read, for when the process itself ends: fuzz-{test}.txt beside the tests.</param>
    /// <returns>How many were accepted.</returns>
    /// <exception cref="InvalidOperationException">An input made the reader throw, allocate past its limit, or not come back in time; its number is named.</exception>
    public static int Run(int defaultCount, Func<Random, byte[]> create, Func<byte[], bool> read, FuzzLimits? limits = null, [CallerMemberName] string test = "")
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("CAFE_FUZZ_COUNT") ?? $"{defaultCount}", CultureInfo.InvariantCulture);
        var run = new FuzzRun(count, create, read, limits ?? FuzzLimits.Default, Path.Combine(AppContext.BaseDirectory, $"fuzz-{test}.txt"));

        // A thread that never ends can't be ended: it is left behind, and the test fails without it.
        var reader = new Thread(run.ReadAll) { IsBackground = true, Name = test };
        reader.Start();
        while (!reader.Join(Interval))
        {
            run.CheckTime();
        }

        return run.Result();
    }

    /// <summary>Flips, replaces, removes, repeats or cuts bytes, a few times.</summary>
    public static byte[] MutateBytes(byte[] seed, Random random)
    {
        var bytes = seed.ToList();
        for (var change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 17), bytes.Count - at)));
                    break;
                case 4:
                    bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 0);
                    break;
                default:
                    var edge = BitConverter.GetBytes(Edges[random.Next(Edges.Count)]).AsSpan(0, 1 << random.Next(4));
                    for (var i = 0; i < edge.Length && at + i < bytes.Count; i++)
                    {
                        bytes[at + i] = edge[i];
                    }

                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>One of a list.</summary>
    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
