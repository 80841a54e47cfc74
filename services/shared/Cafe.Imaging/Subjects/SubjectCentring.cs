namespace Cafe.Imaging.Subjects;

/// <summary>
/// Brings a subject on transparent or plain ground into the form that a pack was trained on: alone, centred, filling a
/// stated share of a square, on plain grey. Anything else is left as it is, and the result says which.
/// </summary>
public static class SubjectCentring
{
    /// <summary>Centres the subject where it can be told from its ground.</summary>
    /// <param name="picture">The subject picture.</param>
    /// <param name="options">Size, share and thresholds.</param>
    public static CentredSubject Apply(AlphaPicture picture, SubjectCentringOptions options)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (!options.Enabled)
        {
            return new CentredSubject(picture.Over(options.Ground), SubjectGround.Scene, Applied: false);
        }

        var (cutOut, ground) = IsCutOut(picture) ? (picture, SubjectGround.Transparent)
            : picture.IsOpaque && PlainGround.TryCutOut(picture, options) is { } found ? (found, SubjectGround.Plain)
            : (picture, SubjectGround.Scene);
        var box = ground == SubjectGround.Scene ? null : cutOut.Bounds();
        if (box is not { } inside || (double)inside.Width * inside.Height < options.MinimumBoxShare * picture.Width * picture.Height)
        {
            return new CentredSubject(picture.Over(options.Ground), SubjectGround.Scene, Applied: false);
        }

        return new CentredSubject(Canonical(cutOut, options.Side, options.Fill, options.Ground), ground, Applied: true);
    }

    /// <summary>The canonical form of a cut-out: its box centred, its longer side filling a share of the square.</summary>
    /// <param name="cutOut">A picture with at least one visible pixel.</param>
    /// <param name="side">Side of the square in pixels.</param>
    /// <param name="fill">Share of the side, above 0 to 1.</param>
    /// <param name="ground">The colour around the subject.</param>
    public static Picture Canonical(AlphaPicture cutOut, int side, double fill, Rgb ground)
    {
        ArgumentNullException.ThrowIfNull(cutOut);
        var box = cutOut.Bounds() ?? throw new ArgumentException("A cut-out without a visible pixel has no subject.", nameof(cutOut));
        var (left, top, width, height) = Place(box.Width, box.Height, side, fill);
        var subject = cutOut.Crop(box.X, box.Y, box.Width, box.Height).Resize(width, height).Over(ground);
        var square = new byte[3 * side * side];
        Picture.Filled(side, side, ground).Rgb.CopyTo(square);
        for (var y = 0; y < height; y++)
        {
            subject.Rgb.Slice(3 * y * width, 3 * width).CopyTo(square.AsSpan(3 * (((top + y) * side) + left)));
        }

        return new Picture(side, side, square);
    }

    /// <summary>Where a subject's box lies in its canonical square, in whole pixels.</summary>
    /// <param name="boxWidth">Width of the subject's box.</param>
    /// <param name="boxHeight">Height of the subject's box.</param>
    /// <param name="side">Side of the square in pixels.</param>
    /// <param name="fill">Share of the side that the box's longer side fills.</param>
    public static (int Left, int Top, int Width, int Height) Place(int boxWidth, int boxHeight, int side, double fill)
    {
        var scale = fill * side / Math.Max(boxWidth, boxHeight);
        var width = Math.Clamp((int)Math.Round(boxWidth * scale), 1, side);
        var height = Math.Clamp((int)Math.Round(boxHeight * scale), 1, side);
        return ((side - width) / 2, (side - height) / 2, width, height);
    }

    /// <summary>Transparent along most of its border: a subject cut out, not a picture with soft corners.</summary>
    private static bool IsCutOut(AlphaPicture picture)
    {
        long clear = 0, border = 0;
        for (var y = 0; y < picture.Height; y++)
        {
            var step = y == 0 || y == picture.Height - 1 ? 1 : Math.Max(1, picture.Width - 1);
            for (var x = 0; x < picture.Width; x += step)
            {
                border++;
                clear += picture.Rgba[(4 * ((y * picture.Width) + x)) + 3] < 8 ? 1 : 0;
            }
        }

        return 2 * clear >= border;
    }
}
