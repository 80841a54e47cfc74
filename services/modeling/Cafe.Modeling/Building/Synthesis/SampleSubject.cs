namespace Cafe.Modeling.Building;

/// <summary>A picture to try a pack with: a red cup with a face, on a table, drawn from shapes.</summary>
internal static class SampleSubject
{
    private const int Size = 256;

    private static readonly (double R, double G, double B) Wall = (0.93, 0.90, 0.82), Table = (0.62, 0.47, 0.34), Cup = (0.80, 0.18, 0.15), Rim = (0.95, 0.55, 0.45), Ink = (0.12, 0.08, 0.08);

    public static byte[] Png()
    {
        var pixels = new byte[Size * Size * 3];
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var (r, g, b) = Paint(x + 0.5, y + 0.5);
                var at = ((y * Size) + x) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (ToByte(r), ToByte(g), ToByte(b));
            }
        }

        return PlainPng.Encode(Size, Size, pixels);
    }

    // Shapes from back to front, each as its distance from the point in pixels: inside where it is negative.
    private static (double R, double G, double B) Paint(double x, double y)
    {
        var color = Blend(Wall, Table, 176 - y);
        color = Blend(color, Scale(Table, 0.7), Ellipse(x, y, 128, 206, 78, 14));
        color = Blend(color, Cup, Math.Abs(Ellipse(x, y, 190, 132, 30, 34)) - 7);
        color = Blend(color, Scale(Cup, 1 - (Math.Abs(x - 112) / 260)), Body(x, y));
        color = Blend(color, Rim, Ellipse(x, y, 128, 80, 60, 14));
        color = Blend(color, Scale(Ink, 2), Ellipse(x, y, 128, 82, 52, 10));
        color = Blend(color, Ink, Math.Min(Ellipse(x, y, 108, 128, 6, 8), Ellipse(x, y, 148, 128, 6, 8)));
        return Blend(color, Ink, Math.Max(Math.Abs(Ellipse(x, y, 128, 150, 24, 16)) - 2.5, 152 - y));
    }

    // Narrower towards its foot.
    private static double Body(double x, double y)
    {
        var half = 60 - ((y - 80) * 0.12);
        return Math.Max(Math.Max(Math.Abs(x - 128) - half, 80 - y), y - 206 + (Math.Pow((x - 128) / half, 2) * 8));
    }

    private static double Ellipse(double x, double y, double centreX, double centreY, double width, double height)
    {
        var (dx, dy) = ((x - centreX) / width, (y - centreY) / height);
        return (Math.Sqrt((dx * dx) + (dy * dy)) - 1) * Math.Min(width, height);
    }

    // Half a pixel to either side of an edge is mixed.
    private static (double R, double G, double B) Blend((double R, double G, double B) under, (double R, double G, double B) over, double distance)
    {
        var cover = Math.Clamp(0.5 - distance, 0, 1);
        return (under.R + ((over.R - under.R) * cover), under.G + ((over.G - under.G) * cover), under.B + ((over.B - under.B) * cover));
    }

    private static (double R, double G, double B) Scale((double R, double G, double B) color, double by) => (color.R * by, color.G * by, color.B * by);

    private static byte ToByte(double value) => (byte)Math.Round(Math.Clamp(value, 0, 1) * 255);
}
