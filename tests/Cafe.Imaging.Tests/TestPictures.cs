namespace Cafe.Imaging.Tests;

/// <summary>Pictures made on the spot.</summary>
internal static class TestPictures
{
    public static Picture Noise(int width, int height, int seed)
    {
        var rgb = new byte[3 * width * height];
        new Random(seed).NextBytes(rgb);
        return new Picture(width, height, rgb);
    }

    /// <summary>A smooth picture, so that lossy encodings can be compared.</summary>
    public static Picture Gradient(int width, int height)
    {
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = 3 * ((y * width) + x);
                rgb[at] = (byte)(255 * x / width);
                rgb[at + 1] = (byte)(255 * y / height);
                rgb[at + 2] = 90;
            }
        }

        return new Picture(width, height, rgb);
    }

    /// <summary>An opaque disc on transparent ground.</summary>
    public static AlphaPicture Disc(int width, int height, int centreX, int centreY, int radius, Rgb colour)
    {
        var rgba = new byte[4 * width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                if (((x - centreX) * (x - centreX)) + ((y - centreY) * (y - centreY)) <= radius * radius)
                {
                    var at = 4 * ((y * width) + x);
                    (rgba[at], rgba[at + 1], rgba[at + 2], rgba[at + 3]) = (colour.R, colour.G, colour.B, 255);
                }
            }
        }

        return new AlphaPicture(width, height, rgba);
    }
}
