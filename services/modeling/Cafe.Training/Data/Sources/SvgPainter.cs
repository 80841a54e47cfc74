using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml;
using System.Xml.Linq;
using Cafe.Imaging;
using SkiaSharp;

namespace Cafe.Training.Data.Sources;

/// <summary>
/// Paints the part of SVG that emoji sets use: path, circle, ellipse, rect, polygon and g with fill, fill-rule, opacity,
/// transform and clip-path. Anything else that would show is refused by name.
/// </summary>
public static class SvgPainter
{
    /// <summary>The drawing on transparent ground, its viewBox filling a square.</summary>
    /// <param name="svg">The document's text.</param>
    /// <param name="side">Side of the square in pixels.</param>
    /// <exception cref="InvalidDataException">No SVG, or one that uses more than is painted here.</exception>
    public static AlphaPicture Paint(string svg, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        var root = Parse(svg);
        var box = ((string?)root.Attribute("viewBox") ?? throw new InvalidDataException("The SVG has no viewBox."))
            .Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(Number).ToArray();
        if (box.Length != 4 || box[2] <= 0 || box[3] <= 0)
        {
            throw new InvalidDataException($"The SVG's viewBox is '{(string?)root.Attribute("viewBox")}'.");
        }

        var info = new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var surface = SKSurface.Create(info);
        surface.Canvas.Clear(SKColors.Transparent);
        surface.Canvas.Scale(side / Math.Max(box[2], box[3]));
        surface.Canvas.Translate(-box[0], -box[1]);
        var clips = root.Descendants().Where(element => element.Name.LocalName == "clipPath" && element.Attribute("id") is not null)
            .ToDictionary(element => (string)element.Attribute("id")!, StringComparer.Ordinal);
        Children(surface.Canvas, root, SKColors.Black, 1f, clips);

        var rgba = new byte[4 * side * side];
        var pin = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            using var image = surface.Snapshot();
            image.ReadPixels(info.WithAlphaType(SKAlphaType.Unpremul), pin.AddrOfPinnedObject(), 4 * side, 0, 0);
        }
        finally
        {
            pin.Free();
        }

        return new AlphaPicture(side, side, rgba);
    }

    private static XElement Parse(string svg)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(svg), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return XDocument.Load(reader).Root is { } root && root.Name.LocalName == "svg" ? root : throw new InvalidDataException("The document is no SVG.");
        }
        catch (XmlException broken)
        {
            throw new InvalidDataException($"The SVG is not well-formed: {broken.Message}", broken);
        }
    }

    private static void Children(SKCanvas canvas, XElement parent, SKColor fill, float opacity, Dictionary<string, XElement> clips)
    {
        foreach (var element in parent.Elements())
        {
            if (element.Name.LocalName is "defs" or "clipPath" or "title" or "desc" or "metadata")
            {
                continue;
            }

            var own = (string?)element.Attribute("fill") switch
            {
                null => fill,
                "none" => SKColors.Transparent,
                var text => Colour(text),
            };
            var share = opacity * Attribute(element, "opacity", 1) * Attribute(element, "fill-opacity", 1);
            var saved = canvas.Save();
            if ((string?)element.Attribute("transform") is { } transform)
            {
                canvas.Concat(Transform(transform));
            }

            if ((string?)element.Attribute("clip-path") is { } reference && clips.TryGetValue(reference.TrimStart('u', 'r', 'l', '(', '#').TrimEnd(')'), out var clip))
            {
                using var outline = new SKPath();
                foreach (var shape in clip.Elements())
                {
                    using var part = Shape(shape);
                    outline.AddPath(part);
                }

                canvas.ClipPath(outline, antialias: true);
            }

            if (element.Name.LocalName == "g")
            {
                Children(canvas, element, own, share, clips);
            }
            else
            {
                using var path = Shape(element);
                using var paint = new SKPaint { Color = own.WithAlpha((byte)Math.Round(own.Alpha * share)), IsAntialias = true };
                canvas.DrawPath(path, paint);
            }

            canvas.RestoreToCount(saved);
        }
    }

    private static SKColor Colour(string text)
    {
        if (SKColor.TryParse(text, out var colour))
        {
            return colour;
        }

        // SVG's colour names are those of the framework.
        var named = System.Drawing.Color.FromName(text);
        return named.IsKnownColor && !named.IsSystemColor
            ? new SKColor(named.R, named.G, named.B)
            : throw new InvalidDataException($"The SVG fills with '{text}'.");
    }

    private static SKPath Shape(XElement element)
    {
        var path = element.Name.LocalName == "path"
            ? SKPath.ParseSvgPathData((string?)element.Attribute("d") ?? "") ?? throw new InvalidDataException("A path of the SVG cannot be read.")
            : new SKPath();
        switch (element.Name.LocalName)
        {
            case "path":
                break;
            case "circle":
                path.AddCircle(Attribute(element, "cx", 0), Attribute(element, "cy", 0), Attribute(element, "r", 0));
                break;
            case "ellipse":
                var (cx, cy, rx, ry) = (Attribute(element, "cx", 0), Attribute(element, "cy", 0), Attribute(element, "rx", 0), Attribute(element, "ry", 0));
                path.AddOval(new SKRect(cx - rx, cy - ry, cx + rx, cy + ry));
                break;
            case "rect":
                var (x, y) = (Attribute(element, "x", 0), Attribute(element, "y", 0));
                var rounding = Attribute(element, "rx", Attribute(element, "ry", 0));
                path.AddRoundRect(new SKRect(x, y, x + Attribute(element, "width", 0), y + Attribute(element, "height", 0)), rounding, rounding);
                break;
            case "polygon":
                var points = ((string?)element.Attribute("points") ?? "").Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(Number).ToArray();
                path.AddPoly([.. Enumerable.Range(0, points.Length / 2).Select(i => new SKPoint(points[2 * i], points[(2 * i) + 1]))], close: true);
                break;
            default:
                throw new InvalidDataException($"The SVG uses <{element.Name.LocalName}>, which is not painted.");
        }

        path.FillType = (string?)element.Attribute("fill-rule") == "evenodd" ? SKPathFillType.EvenOdd : SKPathFillType.Winding;
        return path;
    }

    private static SKMatrix Transform(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.IndexOf(')', StringComparison.Ordinal);
        if (open < 0 || close < open || text[(close + 1)..].Trim().Length > 0)
        {
            throw new InvalidDataException($"The SVG's transform '{text}' is not one function.");
        }

        var n = text[(open + 1)..close].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(Number).ToArray();
        return (text[..open].Trim(), n.Length) switch
        {
            ("rotate", 1) => SKMatrix.CreateRotationDegrees(n[0]),
            ("rotate", 3) => SKMatrix.CreateRotationDegrees(n[0], n[1], n[2]),
            ("translate", 1) => SKMatrix.CreateTranslation(n[0], 0),
            ("translate", 2) => SKMatrix.CreateTranslation(n[0], n[1]),
            ("scale", 1) => SKMatrix.CreateScale(n[0], n[0]),
            ("scale", 2) => SKMatrix.CreateScale(n[0], n[1]),
            ("matrix", 6) => new SKMatrix(n[0], n[2], n[4], n[1], n[3], n[5], 0, 0, 1),
            _ => throw new InvalidDataException($"The SVG's transform '{text}' is not painted."),
        };
    }

    private static float Attribute(XElement element, string name, float otherwise) =>
        (string?)element.Attribute(name) is { } text ? Number(text) : otherwise;

    private static float Number(string text) =>
        float.TryParse(text.EndsWith("px", StringComparison.Ordinal) ? text[..^2] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"'{text}' in the SVG is no number.");
}
