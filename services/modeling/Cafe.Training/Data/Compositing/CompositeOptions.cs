namespace Cafe.Training.Data.Compositing;

/// <summary>How much samples vary.</summary>
public sealed record CompositeOptions
{
    /// <summary>Side of reference and target in pixels, a multiple of 8, from 32. Default 128.</summary>
    public int Side { get; init; } = 128;

    /// <summary>Share of the reference that the subject fills. Default .94.</summary>
    public double ReferenceFill { get; init; } = 0.94;

    /// <summary>The least scale of the subject in the target. Default .46.</summary>
    public float SmallestScale { get; init; } = 0.46f;

    /// <summary>The greatest scale of the subject in the target. Default .80.</summary>
    public float LargestScale { get; init; } = 0.80f;

    /// <summary>Rotation within plus or minus this, degrees. Default 10.</summary>
    public float MaxDegrees { get; init; } = 10;

    /// <summary>Share of mirrored subjects. Default .3.</summary>
    public double FlippedShare { get; init; } = 0.3;

    /// <summary>0: always in the middle; 1: anywhere that it fits. Default 1.</summary>
    public float Spread { get; init; } = 1;

    /// <summary>
    /// Pixels of a cell, 0 to leave placements free. Otherwise subjects stand upright, unmirrored and as large as in the reference, moved from their place there by whole cells: with the
    /// autoencoder's downscale and the subject encoder's patch as the cell, what a latent cell shows is then what one patch shows.
    /// </summary>
    public int Cell { get; init; }

    /// <summary>Share of samples whose colours and aspect are varied. Default .75.</summary>
    public double VariedShare { get; init; } = 0.75;

    /// <summary>Share of samples with an accessory. Default .25.</summary>
    public double AccessoryShare { get; init; } = 0.25;

    /// <summary>Share of samples with a look. Default .15.</summary>
    public double LookShare { get; init; } = 0.15;

    /// <summary>Share of samples with a fault, the four kinds alike. Default 0; a teacher's is a third.</summary>
    public double FaultShare { get; init; }

    /// <summary>Near the middle, upright, never mirrored: shapes are learned first from these.</summary>
    public static CompositeOptions Easy { get; } = new() { MaxDegrees = 0, FlippedShare = 0, Spread = 0.25f, SmallestScale = 0.6f };

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> where an option lies outside its range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Side, 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(Side % 8, 0, nameof(Side));
        ArgumentOutOfRangeException.ThrowIfLessThan(SmallestScale, 0.1f);
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestScale, SmallestScale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LargestScale, 1f);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxDegrees);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDegrees, 180f);
        ArgumentOutOfRangeException.ThrowIfNegative(Cell);
        if (Cell > 0)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(Side % Cell, 0, nameof(Cell));
            ArgumentOutOfRangeException.ThrowIfNotEqual(MaxDegrees, 0f, nameof(MaxDegrees));
            ArgumentOutOfRangeException.ThrowIfNotEqual(FlippedShare, 0.0, nameof(FlippedShare));
        }

        foreach (var (share, name) in new[]
        {
            (FlippedShare, nameof(FlippedShare)), (Spread, nameof(Spread)), (VariedShare, nameof(VariedShare)),
            (AccessoryShare, nameof(AccessoryShare)), (LookShare, nameof(LookShare)), (FaultShare, nameof(FaultShare)), (ReferenceFill, nameof(ReferenceFill)),
        })
        {
            ArgumentOutOfRangeException.ThrowIfNegative(share, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1.0, name);
        }
    }
}
