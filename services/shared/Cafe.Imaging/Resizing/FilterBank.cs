namespace Cafe.Imaging.Resizing;

/// <summary>
/// The taps of an antialiased bicubic (a = -0.5) along one axis, as Pillow computes them: in double precision, normalised
/// to sum to one, then rounded to fixed point with 22 fractional bits.
/// </summary>
internal sealed class FilterBank
{
    /// <summary>Fractional bits of a tap: 32 minus 8 bits of pixel minus 2 bits of overshoot.</summary>
    public const int PrecisionBits = 22;

    private const double Support = 2.0;

    private FilterBank(int taps, int[] first, int[] count, int[] weights)
    {
        Taps = taps;
        First = first;
        Count = count;
        Weights = weights;
    }

    /// <summary>Room for taps per output sample; <see cref="Count"/> of them are used.</summary>
    public int Taps { get; }

    /// <summary>First input sample of each output sample.</summary>
    public int[] First { get; }

    /// <summary>Number of input samples of each output sample.</summary>
    public int[] Count { get; }

    /// <summary>[output samples, Taps].</summary>
    public int[] Weights { get; }

    public static FilterBank Bicubic(int inputSize, int outputSize)
    {
        var scale = (double)inputSize / outputSize;
        var filterScale = Math.Max(scale, 1.0);
        var support = Support * filterScale;
        var taps = (int)Math.Ceiling(support) * 2 + 1;
        var first = new int[outputSize];
        var count = new int[outputSize];
        var weights = new int[checked(outputSize * taps)];
        var row = new double[taps];
        for (var sample = 0; sample < outputSize; sample++)
        {
            var centre = (sample + 0.5) * scale;
            var low = Math.Max(0, (int)(centre - support + 0.5));
            var number = Math.Min(inputSize, (int)(centre + support + 0.5)) - low;
            var sum = 0.0;
            for (var tap = 0; tap < number; tap++)
            {
                row[tap] = Cubic((tap + low - centre + 0.5) * (1.0 / filterScale));
                sum += row[tap];
            }

            for (var tap = 0; tap < number; tap++)
            {
                var weight = sum != 0.0 ? row[tap] / sum : row[tap];
                weights[(sample * taps) + tap] = (int)((weight < 0 ? -0.5 : 0.5) + (weight * (1 << PrecisionBits)));
            }

            first[sample] = low;
            count[sample] = number;
        }

        return new FilterBank(taps, first, count, weights);
    }

    private static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x < 1.0 ? ((((a + 2.0) * x) - (a + 3.0)) * x * x) + 1
            : x < 2.0 ? (((((x - 5) * x) + 8) * x) - 4) * a
            : 0.0;
    }
}
