namespace Cafe.Inference.Diffusion;

/// <summary>The two constant channels after the latents, where a pack's UNet takes them.</summary>
internal static class Coordinates
{
    /// <summary>Writes x, then y, [2, height, width]: linear from -1 to 1 over the cell centres, 0 for a single cell.</summary>
    public static void Write(Span<float> channels, int width, int height)
    {
        var plane = width * height;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                channels[(y * width) + x] = Position(x, width);
                channels[plane + (y * width) + x] = Position(y, height);
            }
        }
    }

    private static float Position(int index, int count) => count == 1 ? 0 : (float)((2.0 * index / (count - 1)) - 1);
}
