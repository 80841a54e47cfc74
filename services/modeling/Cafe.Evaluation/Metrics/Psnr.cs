using Cafe.Imaging;

namespace Cafe.Evaluation.Metrics;

/// <summary>Peak signal-to-noise ratio of 8-bit pictures.</summary>
public static class Psnr
{
    /// <summary>10 log10(255^2 / mean squared error) over all pixels and channels, in dB; infinite for equal pictures.</summary>
    /// <exception cref="ArgumentException">The pictures have different sizes.</exception>
    public static double Of(Picture first, Picture second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Width != second.Width || first.Height != second.Height)
        {
            throw new ArgumentException($"Pictures of {first.Width}x{first.Height} and {second.Width}x{second.Height} can't be compared.");
        }

        var sum = 0L;
        var a = first.Rgb;
        var b = second.Rgb;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }

        return 10 * Math.Log10(255.0 * 255.0 * a.Length / sum);
    }
}
