namespace Cafe.Imaging.Subjects;

/// <summary>
/// Tells a subject from a ground of one colour: the ground is what connects to the border within the tolerance; pixels on
/// the subject's edge become partly transparent and lose the ground's share of their colour.
/// </summary>
internal static class PlainGround
{
    private const int SmallestSide = 3;

    /// <summary>Islands below this share of the largest are noise of the encoding (JPEG's ringing), not parts of the subject.</summary>
    private const double SmallestIsland = 0.01;

    /// <summary>The cut-out, or null where the border is not of one colour or nothing stands on it.</summary>
    public static AlphaPicture? TryCutOut(AlphaPicture picture, SubjectCentringOptions options)
    {
        var border = Border(picture);
        if (border.Count == 0)
        {
            return null;
        }

        var ground = Median(picture, border);
        var near = border.Count(at => Distance(picture.Rgba, at, ground) <= options.PlainTolerance);
        if (near < options.PlainShare * border.Count)
        {
            return null;
        }

        var outside = Flood(picture, border, ground, options.PlainTolerance);
        DropSpecks(outside, picture.Width, picture.Height);
        return outside.All(isOutside => isOutside) ? null : Matte(picture, outside, ground, options.PlainTolerance);
    }

    /// <summary>Pixel offsets (in pixels) of the outermost rows and columns.</summary>
    private static List<int> Border(AlphaPicture picture)
    {
        var (width, height) = (picture.Width, picture.Height);
        if (width < SmallestSide || height < SmallestSide)
        {
            return [];
        }

        var border = new List<int>(2 * (width + height));
        for (var x = 0; x < width; x++)
        {
            border.Add(x);
            border.Add(((height - 1) * width) + x);
        }

        for (var y = 1; y < height - 1; y++)
        {
            border.Add(y * width);
            border.Add((y * width) + width - 1);
        }

        return border;
    }

    private static Rgb Median(AlphaPicture picture, List<int> border)
    {
        Span<byte> middle = stackalloc byte[3];
        var values = new byte[border.Count];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = picture.Rgba[(4 * border[i]) + channel];
            }

            Array.Sort(values);
            middle[channel] = values[values.Length / 2];
        }

        return new Rgb(middle[0], middle[1], middle[2]);
    }

    private static bool[] Flood(AlphaPicture picture, List<int> border, Rgb ground, int tolerance)
    {
        var (width, height) = (picture.Width, picture.Height);
        var outside = new bool[width * height];
        var open = new Stack<int>();
        foreach (var at in border)
        {
            Visit(at);
        }

        while (open.TryPop(out var at))
        {
            var x = at % width;
            if (x > 0)
            {
                Visit(at - 1);
            }

            if (x < width - 1)
            {
                Visit(at + 1);
            }

            if (at >= width)
            {
                Visit(at - width);
            }

            if (at < width * (height - 1))
            {
                Visit(at + width);
            }
        }

        return outside;

        void Visit(int at)
        {
            if (!outside[at] && Distance(picture.Rgba, at, ground) <= tolerance)
            {
                outside[at] = true;
                open.Push(at);
            }
        }
    }

    private static void DropSpecks(bool[] outside, int width, int height)
    {
        var seen = (bool[])outside.Clone();
        var islands = new List<List<int>>();
        var open = new Stack<int>();
        for (var start = 0; start < seen.Length; start++)
        {
            if (seen[start])
            {
                continue;
            }

            var island = new List<int>();
            seen[start] = true;
            open.Push(start);
            while (open.TryPop(out var at))
            {
                island.Add(at);
                var (x, y) = (at % width, at / width);
                for (var row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
                {
                    for (var column = Math.Max(0, x - 1); column <= Math.Min(width - 1, x + 1); column++)
                    {
                        var next = (row * width) + column;
                        if (!seen[next])
                        {
                            seen[next] = true;
                            open.Push(next);
                        }
                    }
                }
            }

            islands.Add(island);
        }

        var largest = islands.Count == 0 ? 0 : islands.Max(island => island.Count);
        foreach (var at in islands.Where(island => island.Count < SmallestIsland * largest).SelectMany(island => island))
        {
            outside[at] = true;
        }
    }

    private static AlphaPicture Matte(AlphaPicture picture, bool[] outside, Rgb ground, int tolerance)
    {
        var (width, height) = (picture.Width, picture.Height);
        var rgba = picture.Rgba.ToArray();
        for (var at = 0; at < outside.Length; at++)
        {
            if (outside[at])
            {
                rgba[(4 * at) + 3] = 0;
            }
            else if (TouchesOutside(at))
            {
                // Mixed with the ground: as opaque as it is far from the ground, against its farthest inner neighbour.
                var own = Distance(picture.Rgba, at, ground);
                var inner = Math.Max(own, Math.Max(2 * tolerance, FarthestNeighbour(at)));
                var alpha = Math.Clamp((double)own / inner, 0.05, 1.0);
                rgba[4 * at] = Unmix(rgba[4 * at], ground.R, alpha);
                rgba[(4 * at) + 1] = Unmix(rgba[(4 * at) + 1], ground.G, alpha);
                rgba[(4 * at) + 2] = Unmix(rgba[(4 * at) + 2], ground.B, alpha);
                rgba[(4 * at) + 3] = (byte)Math.Round(255 * alpha);
            }
        }

        return new AlphaPicture(width, height, rgba);

        bool TouchesOutside(int at)
        {
            var x = at % width;
            return (x > 0 && outside[at - 1]) || (x < width - 1 && outside[at + 1])
                || (at >= width && outside[at - width]) || (at < width * (height - 1) && outside[at + width]);
        }

        int FarthestNeighbour(int at)
        {
            var (x, y, farthest) = (at % width, at / width, 0);
            for (var row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
            {
                for (var column = Math.Max(0, x - 1); column <= Math.Min(width - 1, x + 1); column++)
                {
                    farthest = Math.Max(farthest, Distance(picture.Rgba, (row * width) + column, ground));
                }
            }

            return farthest;
        }
    }

    private static byte Unmix(byte mixed, byte ground, double alpha) =>
        (byte)Math.Clamp(Math.Round((mixed - ((1 - alpha) * ground)) / alpha), 0, 255);

    private static int Distance(ReadOnlySpan<byte> rgba, int at, Rgb colour) => Math.Max(
        Math.Abs(rgba[4 * at] - colour.R),
        Math.Max(Math.Abs(rgba[(4 * at) + 1] - colour.G), Math.Abs(rgba[(4 * at) + 2] - colour.B)));
}
