namespace Cafe.Imaging;

/// <summary>PNG's five row filters, in both directions.</summary>
internal static class PngFilter
{
    public const int Types = 5;

    /// <summary>Restores a row in place from its filtered bytes.</summary>
    /// <param name="type">0 to 4: none, left, up, average, Paeth.</param>
    /// <param name="row">Filtered bytes; restored on return.</param>
    /// <param name="above">The restored row above, zeros for the first.</param>
    /// <param name="pixelBytes">Bytes of a pixel, at least 1.</param>
    public static void Restore(int type, Span<byte> row, ReadOnlySpan<byte> above, int pixelBytes)
    {
        switch (type)
        {
            case 0:
                break;
            case 1:
                for (var i = pixelBytes; i < row.Length; i++)
                {
                    row[i] += row[i - pixelBytes];
                }

                break;
            case 2:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }

                break;
            case 3:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += (byte)(((i >= pixelBytes ? row[i - pixelBytes] : 0) + above[i]) >> 1);
                }

                break;
            case 4:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += i >= pixelBytes ? Paeth(row[i - pixelBytes], above[i], above[i - pixelBytes]) : above[i];
                }

                break;
            default:
                throw new ImageFormatException(ImageRefusal.Corrupt, $"A PNG row has filter {type}; filters are 0 to 4.");
        }
    }

    /// <summary>Writes the filtered row and returns the sum of its bytes as signed magnitudes, the usual guess at its cost.</summary>
    public static int Apply(int type, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixelBytes, Span<byte> filtered)
    {
        var cost = 0;
        for (var i = 0; i < row.Length; i++)
        {
            var left = i >= pixelBytes ? row[i - pixelBytes] : (byte)0;
            var corner = i >= pixelBytes ? above[i - pixelBytes] : (byte)0;
            var predicted = type switch
            {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => (left + above[i]) >> 1,
                4 => Paeth(left, above[i], corner),
                _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A PNG filter is 0 to 4."),
            };
            filtered[i] = (byte)(row[i] - predicted);
            cost += Math.Abs((int)(sbyte)filtered[i]);
        }

        return cost;
    }

    private static byte Paeth(byte left, byte above, byte corner)
    {
        var estimate = left + above - corner;
        var (toLeft, toAbove, toCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
