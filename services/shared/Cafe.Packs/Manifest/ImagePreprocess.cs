namespace Cafe.Packs.Manifest;

/// <summary>From a decoded picture to <c>pixel_values</c>: resize (bicubic, antialiased), crop the centre, divide by 255, normalise.</summary>
public sealed record ImagePreprocess
{
    /// <summary>Pixels of the shorter edge after resizing.</summary>
    public required int ShortestEdge { get; init; }

    public required int CropHeight { get; init; }

    public required int CropWidth { get; init; }

    /// <summary>Three numbers: red, green, blue, in [0, 1].</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Three numbers above 0.</summary>
    public required IReadOnlyList<float> Std { get; init; }

    /// <summary>Whether the subject is centred before cropping.</summary>
    public bool CentreSubject { get; init; }

    /// <summary>Share of the square's side that a centred subject's longer side fills, above 0 to 1; null is .94.</summary>
    public double? SubjectFill { get; init; }
}
