using Cafe.Imaging;
using Cafe.Imaging.Subjects;
using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Data.Subjects;
using SkiaSharp;

namespace Cafe.Training.Data.Compositing;

/// <summary>Draws what a specification says. Stateless; any number of threads may use one.</summary>
public sealed class Compositor(CompositeOptions options)
{
    /// <summary>Reference, target, mask and the map between them.</summary>
    public Composite Draw(SampleSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var side = options.Side;
        var cutOut = Trim(spec.Colouring.Apply(spec.Subject.Pictures[spec.Design]));
        var reference = SubjectCentring.Canonical(cutOut, side, options.ReferenceFill, Rgb.Grey);
        var random = new SampleRandom(spec.PaintSeed, "paint", 0);
        var shown = spec.Fault switch
        {
            TeacherFault.WrongSubject => Trim(spec.Colouring.Apply(Any(spec.ShownSubject, spec.Design))),
            TeacherFault.Recoloured => new Colouring(random.Range(70, 290), 1).Apply(cutOut),
            _ => cutOut,
        };

        var placement = spec.Placement;
        var scale = placement.Scale * side / Math.Max(shown.Width, shown.Height);
        var drawn = shown.Resize(Math.Max(1, (int)Math.Round(shown.Width * scale)), Math.Max(1, (int)Math.Round(shown.Height * scale)));

        // From the drawn cut-out's pixels to the target's: middle to the origin, mirror, turn, move.
        var matrix = SKMatrix.CreateTranslation(-drawn.Width / 2f, -drawn.Height / 2f)
            .PostConcat(SKMatrix.CreateScale(placement.Flipped ? -1 : 1, 1))
            .PostConcat(SKMatrix.CreateRotationDegrees(placement.Degrees))
            .PostConcat(Middle(placement, drawn));

        var info = new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var surface = SKSurface.Create(info);
        using var subject = SKImage.FromPixelCopy(new SKImageInfo(drawn.Width, drawn.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul), drawn.Rgba);
        var canvas = surface.Canvas;
        canvas.Save();
        canvas.Scale(side);
        var brush = new SceneBrush(canvas, random);
        var scene = SceneCatalog.All[spec.ShownScene];
        scene.Paint(brush);
        if (scene.HasGround)
        {
            Shadow(brush, placement, (float)drawn.Width / side, (float)drawn.Height / side);
        }

        canvas.Restore();
        canvas.Concat(matrix);
        using var paint = new SKPaint();
        var sampling = new SKSamplingOptions(SKCubicResampler.Mitchell);
        canvas.DrawImage(subject, 0, 0, sampling, paint);
        var target = Read(surface, side);
        var mask = Mask(subject, matrix, sampling, side);
        var worn = new byte[side * side];
        if (spec.Accessory is { } accessory)
        {
            var bare = target;
            Wear(canvas, AccessoryCatalog.All[accessory], drawn, random);
            target = Read(surface, side);
            Cover(mask, worn, bare, target);
        }

        if (spec.Look is { } look)
        {
            LookCatalog.All[look].Apply(target, side);
        }

        if (spec.Fault == TeacherFault.Smeared)
        {
            Smear(target, side, random.Chance(0.5), random.Whole(side / 16, side / 9));
        }

        return new Composite(reference, new Picture(side, side, target), mask, worn, Map(matrix, shown, drawn, side));
    }

    /// <summary>By cells, the drawn box lies whole cells from where the reference has it, to the pixel.</summary>
    private SKMatrix Middle(Placement placement, AlphaPicture drawn)
    {
        var side = options.Side;
        if (options.Cell == 0)
        {
            return SKMatrix.CreateTranslation(placement.X * side, placement.Y * side);
        }

        var (left, top) = ((side - drawn.Width) / 2, (side - drawn.Height) / 2);
        float Moved(float middle) => (float)Math.Round((middle - 0.5f) * side / options.Cell) * options.Cell;
        return SKMatrix.CreateTranslation(left + (drawn.Width / 2f) + Moved(placement.X), top + (drawn.Height / 2f) + Moved(placement.Y));
    }

    private static AlphaPicture Any(Subject subject, string design) =>
        subject.Pictures.TryGetValue(design, out var picture) ? picture : subject.Pictures.OrderBy(pair => pair.Key, StringComparer.Ordinal).First().Value;

    private static AlphaPicture Trim(AlphaPicture picture) =>
        picture.Bounds() is { } box ? picture.Crop(box.X, box.Y, box.Width, box.Height) : picture;

    private static void Shadow(SceneBrush brush, Placement placement, float width, float height)
    {
        var y = placement.Y + (height / 2);
        if (y > 0.5f)
        {
            brush.Oval(placement.X, y, 0.42f * width, 0.05f * width, SKColors.Black.WithAlpha(28));
            brush.Oval(placement.X, y, 0.33f * width, 0.035f * width, SKColors.Black.WithAlpha(34));
            brush.Oval(placement.X, y, 0.24f * width, 0.022f * width, SKColors.Black.WithAlpha(40));
        }
    }

    private static void Wear(SKCanvas canvas, IAccessory accessory, AlphaPicture drawn, SampleRandom random)
    {
        var place = accessory.Place(new SKRect(0, 0, drawn.Width, drawn.Height), Top(drawn));
        canvas.Save();
        canvas.Translate(place.Left, place.Top);
        canvas.Scale(place.Width, place.Height);
        accessory.Draw(new SceneBrush(canvas, random));
        canvas.Restore();
    }

    /// <summary>The middle of the opaque pixels in the upper eighth of the rows, at the height where they begin to be wide.</summary>
    private static SKPoint Top(AlphaPicture drawn)
    {
        var (sum, count, top) = (0L, 0L, 0);
        for (var y = 0; y < Math.Max(1, drawn.Height / 8); y++)
        {
            for (var x = 0; x < drawn.Width; x++)
            {
                if (drawn.Rgba[(4 * ((y * drawn.Width) + x)) + 3] > 127)
                {
                    (sum, count, top) = (sum + x, count + 1, count == 0 ? y : top);
                }
            }
        }

        return count == 0 ? new SKPoint(drawn.Width / 2f, 0) : new SKPoint((float)sum / count, top);
    }

    private static byte[] Read(SKSurface surface, int side)
    {
        using var pixels = surface.PeekPixels();
        var rgba = pixels.GetPixelSpan();
        var rgb = new byte[3 * side * side];
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            rgb[to] = rgba[from];
            rgb[to + 1] = rgba[from + 1];
            rgb[to + 2] = rgba[from + 2];
        }

        return rgb;
    }

    // What changed is the accessory, and no longer shows the subject.
    private static void Cover(byte[] mask, byte[] worn, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (var i = 0; i < mask.Length; i++)
        {
            if (!before.Slice(3 * i, 3).SequenceEqual(after.Slice(3 * i, 3)))
            {
                (mask[i], worn[i]) = (0, byte.MaxValue);
            }
        }
    }

    private static byte[] Mask(SKImage subject, SKMatrix matrix, SKSamplingOptions sampling, int side)
    {
        using var surface = SKSurface.Create(new SKImageInfo(side, side, SKColorType.Alpha8, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.Transparent);
        surface.Canvas.SetMatrix(matrix);
        using var paint = new SKPaint();
        surface.Canvas.DrawImage(subject, 0, 0, sampling, paint);
        using var pixels = surface.PeekPixels();
        var alpha = pixels.GetPixelSpan();
        // Rows of an Alpha8 surface may be padded.
        var mask = new byte[side * side];
        for (var y = 0; y < side; y++)
        {
            alpha.Slice(y * pixels.RowBytes, side).CopyTo(mask.AsSpan(y * side));
        }

        return mask;
    }

    private AffineMap Map(SKMatrix toTarget, AlphaPicture shown, AlphaPicture drawn, int side)
    {
        var (left, top, width, height) = SubjectCentring.Place(shown.Width, shown.Height, side, options.ReferenceFill);
        var toReference = SKMatrix.CreateScale((float)width / drawn.Width, (float)height / drawn.Height).PostConcat(SKMatrix.CreateTranslation(left, top));
        var map = toTarget.Invert().PostConcat(toReference);
        return new AffineMap(map.ScaleX, map.SkewX, map.TransX, map.SkewY, map.ScaleY, map.TransY);
    }

    private static void Smear(byte[] rgb, int side, bool across, int radius)
    {
        var source = (byte[])rgb.Clone();
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var (sum, count) = (0, 0);
                    for (var shift = -radius; shift <= radius; shift++)
                    {
                        var (fromX, fromY) = across ? (x + shift, y) : (x, y + shift);
                        if (fromX >= 0 && fromX < side && fromY >= 0 && fromY < side)
                        {
                            sum += source[(3 * ((fromY * side) + fromX)) + channel];
                            count++;
                        }
                    }

                    rgb[(3 * ((y * side) + x)) + channel] = (byte)(sum / count);
                }
            }
        }
    }
}
