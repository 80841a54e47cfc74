namespace Cafe.Imaging.Subjects;

/// <summary>How subjects on transparent or plain ground are brought into the canonical form.</summary>
public sealed record SubjectCentringOptions
{
    /// <summary>Whether subjects are centred at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Side of the square canonical picture in pixels, from 8. Default 224.</summary>
    public int Side { get; init; } = 224;

    /// <summary>Share of the side that a subject fills where nothing says otherwise.</summary>
    public const double DefaultFill = 0.94;

    /// <summary>Share of the side that the subject's longer side fills, above 0 to 1. Default 0.94.</summary>
    public double Fill { get; init; } = DefaultFill;

    /// <summary>The ground that the subject is put on. Default grey 128.</summary>
    public Rgb Ground { get; init; } = Rgb.Grey;

    /// <summary>How far a channel may be from the ground's colour and still count as ground, 0 to 255. Default 16: JPEG noise.</summary>
    public int PlainTolerance { get; init; } = 16;

    /// <summary>Share of the border that must be ground for it to be plain, 0.5 to 1. Default 0.97.</summary>
    public double PlainShare { get; init; } = 0.97;

    /// <summary>The least share of the picture's area that a subject's box must cover, 0 to 1. Default 0.004.</summary>
    public double MinimumBoxShare { get; init; } = 0.004;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> where an option lies outside its range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Side, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Side, 8192);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Fill, 0.0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Fill, 1.0);
        ArgumentOutOfRangeException.ThrowIfLessThan(PlainTolerance, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PlainTolerance, 255);
        ArgumentOutOfRangeException.ThrowIfLessThan(PlainShare, 0.5);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PlainShare, 1.0);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumBoxShare, 0.0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MinimumBoxShare, 1.0);
    }
}
