using SkiaSharp;

namespace Cafe.Training.Data.Scenes;

/// <summary>
/// Antialiased shapes in unit coordinates: (0, 0) is the upper left corner, (1, 1) the lower right, whatever the picture's size.
/// </summary>
public sealed class SceneBrush(SKCanvas canvas, SampleRandom random)
{
    /// <summary>The picture's own numbers.</summary>
    public SampleRandom Random { get; } = random;

    /// <summary>A colour by hue (degrees), saturation and value (0 to 1), each a little off by chance.</summary>
    public SKColor Colour(double hue, double saturation, double value, double jitter = 1, double alpha = 1) => SKColor.FromHsv(
        (float)(((hue + (jitter * Random.Range(-9, 9))) % 360 + 360) % 360),
        (float)Math.Clamp(100 * (saturation + (jitter * Random.Range(-0.08, 0.08))), 0, 100),
        (float)Math.Clamp(100 * (value + (jitter * Random.Range(-0.07, 0.07))), 0, 100),
        (byte)Math.Round(255 * alpha));

    /// <summary>A band from one height to another, its colours blending downwards.</summary>
    public void Band(float top, float bottom, params SKColor[] colours)
    {
        using var shader = SKShader.CreateLinearGradient(new SKPoint(0, top), new SKPoint(0, bottom), colours, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(0, top, 1, bottom - top + 0.004f, paint);
    }

    /// <summary>Ground from a wavy line down to the bottom.</summary>
    /// <param name="level">Mean height of the line.</param>
    /// <param name="swing">How far it goes up and down.</param>
    /// <param name="waves">Hills over the width.</param>
    /// <param name="top">Colour at the line.</param>
    /// <param name="bottom">Colour at the bottom.</param>
    public void Hills(float level, float swing, float waves, SKColor top, SKColor bottom)
    {
        var (phase, second, tilt) = (Random.Range(0, 6.28), Random.Range(0, 6.28), Random.Range(-0.5, 0.5));
        Ground(x => level + (swing * ((0.6f * MathF.Sin((6.28f * waves * x) + phase)) + (0.3f * MathF.Sin((13.1f * waves * x) + second)) + (tilt * (x - 0.5f)))), 33, top, bottom, level - swing);
    }

    /// <summary>Ground from a jagged line down to the bottom: peaks.</summary>
    public void Peaks(float level, float swing, int count, SKColor top, SKColor bottom)
    {
        var heights = Enumerable.Range(0, (2 * count) + 1).Select(i => level + (i % 2 == 0 ? Random.Range(0, 0.3 * swing) : -Random.Range(0.45, 1) * swing)).ToArray();
        Ground(x => heights[(int)MathF.Round(x * 2 * count)], (2 * count) + 1, top, bottom, level - swing);
    }

    /// <summary>A filled circle.</summary>
    public void Circle(float x, float y, float radius, SKColor colour)
    {
        using var paint = Fill(colour);
        canvas.DrawCircle(x, y, radius, paint);
    }

    /// <summary>A filled ellipse, turned by degrees.</summary>
    public void Oval(float x, float y, float radiusX, float radiusY, SKColor colour, float degrees = 0)
    {
        using var paint = Fill(colour);
        canvas.Save();
        canvas.RotateDegrees(degrees, x, y);
        canvas.DrawOval(x, y, radiusX, radiusY, paint);
        canvas.Restore();
    }

    /// <summary>Light or haze: a colour in the middle, nothing at the edge.</summary>
    public void Glow(float x, float y, float radius, SKColor colour)
    {
        using var shader = SKShader.CreateRadialGradient(new SKPoint(x, y), radius, [colour, colour.WithAlpha(0)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(x - radius, y - radius, 2 * radius, 2 * radius, paint);
    }

    /// <summary>A sphere: lit from the upper left.</summary>
    public void Ball(float x, float y, float radius, SKColor light, SKColor dark)
    {
        using var shader = SKShader.CreateRadialGradient(new SKPoint(x - (0.4f * radius), y - (0.4f * radius)), 1.5f * radius, [light, dark], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        canvas.DrawCircle(x, y, radius, paint);
    }

    /// <summary>A filled rectangle, its corners rounded if asked.</summary>
    public void Box(float x, float y, float width, float height, SKColor colour, float rounding = 0)
    {
        using var paint = Fill(colour);
        canvas.DrawRoundRect(x, y, width, height, rounding, rounding, paint);
    }

    /// <summary>A straight stroke with round ends.</summary>
    public void Line(float x0, float y0, float x1, float y1, float width, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true, StrokeWidth = width, IsStroke = true, StrokeCap = SKStrokeCap.Round };
        canvas.DrawLine(x0, y0, x1, y1, paint);
    }

    /// <summary>A bent stroke from one point to another by a control point.</summary>
    public void Curve(float x0, float y0, float controlX, float controlY, float x1, float y1, float width, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true, StrokeWidth = width, IsStroke = true, StrokeCap = SKStrokeCap.Round };
        using var path = new SKPath();
        path.MoveTo(x0, y0);
        path.QuadTo(controlX, controlY, x1, y1);
        canvas.DrawPath(path, paint);
    }

    /// <summary>A filled polygon.</summary>
    public void Polygon(SKColor colour, params ReadOnlySpan<(float X, float Y)> corners)
    {
        using var paint = Fill(colour);
        using var path = new SKPath();
        path.MoveTo(corners[0].X, corners[0].Y);
        foreach (var (x, y) in corners[1..])
        {
            path.LineTo(x, y);
        }

        path.Close();
        canvas.DrawPath(path, paint);
    }

    /// <summary>A heap of circles: a cloud, a bush, a crown of leaves.</summary>
    public void Puff(float x, float y, float radius, int circles, SKColor dark, SKColor light)
    {
        for (var i = 0; i < circles; i++)
        {
            var share = (float)i / circles;
            var (dx, dy) = (Random.Range(-0.8, 0.8) * radius, Random.Range(-0.5, 0.5) * radius);
            Circle(x + dx, y + dy - (0.2f * share * radius), radius * Random.Range(0.35, 0.6), Blend(dark, light, share));
        }
    }

    /// <summary>A white cloud, flat below.</summary>
    public void Cloud(float x, float y, float width, SKColor colour)
    {
        for (var i = -2; i <= 2; i++)
        {
            Circle(x + (i * 0.2f * width), y - Random.Range(0, 0.1 * width), width * (0.24f - (0.05f * Math.Abs(i))), colour);
        }

        Box(x - (0.45f * width), y, 0.9f * width, 0.12f * width, colour, 0.06f * width);
    }

    /// <summary>Many small dots in a rectangle.</summary>
    public void Specks(int count, float left, float top, float right, float bottom, float smallest, float largest, params SKColor[] colours)
    {
        using var paint = new SKPaint { IsAntialias = true };
        for (var i = 0; i < count; i++)
        {
            paint.Color = Random.Pick(colours);
            canvas.DrawCircle(Random.Range(left, right), Random.Range(top, bottom), Random.Range(smallest, largest), paint);
        }
    }

    /// <summary>A pine of three layers.</summary>
    public void Pine(float x, float foot, float height, SKColor leaves, SKColor trunk, SKColor? snow = null)
    {
        Box(x - (0.04f * height), foot - (0.15f * height), 0.08f * height, 0.15f * height, trunk);
        for (var layer = 0; layer < 3; layer++)
        {
            var (bottom, half) = (foot - (height * (0.12f + (0.24f * layer))), height * (0.28f - (0.065f * layer)));
            var tip = bottom - (0.42f * height);
            Polygon(Blend(leaves, SKColors.White, 0.07f * layer), (x - half, bottom), (x + half, bottom), (x, tip));
            if (snow is { } white)
            {
                Polygon(white, (x - (0.45f * half), tip + (0.19f * height)), (x + (0.45f * half), tip + (0.19f * height)), (x, tip));
            }
        }
    }

    /// <summary>Between two colours.</summary>
    public static SKColor Blend(SKColor a, SKColor b, float share) => new(
        (byte)(a.Red + (share * (b.Red - a.Red))),
        (byte)(a.Green + (share * (b.Green - a.Green))),
        (byte)(a.Blue + (share * (b.Blue - a.Blue))),
        (byte)(a.Alpha + (share * (b.Alpha - a.Alpha))));

    private static SKPaint Fill(SKColor colour) => new() { Color = colour, IsAntialias = true };

    private void Ground(Func<float, float> height, int points, SKColor top, SKColor bottom, float highest)
    {
        using var path = new SKPath();
        path.MoveTo(-0.01f, 1.01f);
        for (var i = 0; i < points; i++)
        {
            var x = (float)i / (points - 1);
            path.LineTo(-0.01f + (1.02f * x), height(x));
        }

        path.LineTo(1.01f, 1.01f);
        path.Close();
        using var shader = SKShader.CreateLinearGradient(new SKPoint(0, highest), new SKPoint(0, 1), [top, bottom], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        canvas.DrawPath(path, paint);
    }
}
