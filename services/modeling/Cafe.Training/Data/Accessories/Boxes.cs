using SkiaSharp;

namespace Cafe.Training.Data.Accessories;

/// <summary>Places relative to a subject's box; shares are of the box's longer side, so that thin subjects wear visible things.</summary>
internal static class Boxes
{
    /// <summary>Standing on the upper end.</summary>
    /// <param name="box">The subject's box.</param>
    /// <param name="top">The middle of its upper end.</param>
    /// <param name="width">Width as a share.</param>
    /// <param name="aspect">Height against width.</param>
    /// <param name="sink">How far it reaches into the subject, as a share of its own height.</param>
    public static SKRect OnTop(SKRect box, SKPoint top, float width, float aspect, float sink)
    {
        var wide = width * Math.Max(box.Width, box.Height);
        var high = wide * aspect;
        var bottom = top.Y + (sink * high);
        return new SKRect(top.X - (wide / 2), bottom - high, top.X + (wide / 2), bottom);
    }

    /// <summary>Across the middle at a height.</summary>
    public static SKRect Across(SKRect box, float height, float width, float aspect)
    {
        var wide = Math.Max(width * box.Width, 0.72f * width * box.Height);
        var (x, y) = (box.MidX, box.Top + (height * box.Height));
        return new SKRect(x - (wide / 2), y - (aspect * wide / 2), x + (wide / 2), y + (aspect * wide / 2));
    }

    /// <summary>Up at the right, its lower left corner inside the subject.</summary>
    public static SKRect Beside(SKRect box, float width, float aspect)
    {
        var wide = width * Math.Max(box.Width, box.Height);
        var (x, y) = (box.Right - (0.22f * box.Width), box.Top + (0.6f * box.Height));
        return new SKRect(x, y - (aspect * wide), x + wide, y);
    }
}
