namespace Cafe.Testing.Fuzzing;

/// <summary>What reading one input may take.</summary>
public sealed record FuzzLimits
{
    /// <summary>Far above what any input takes, far below what would hurt: a minute and 256 MiB.</summary>
    public static FuzzLimits Default { get; } = new();

    /// <summary>A reader that is not back by then hangs.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of managed memory that the reader's thread may allocate for an input of a length.</summary>
    public Func<int, long> Allocated { get; init; } = _ => 256L << 20;

    /// <summary>
    /// Bytes by which the process may grow meanwhile, which shows what native libraries allocate; null leaves it unmeasured. Whatever else runs in the process counts, too: the test must run alone.
    /// </summary>
    public long? Resident { get; init; }
}
