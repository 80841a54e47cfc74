using ScottPlot;

namespace Cafe.Training.Running;

/// <summary>Draws a loss log.</summary>
public static class LossCurve
{
    private const int Width = 900, Height = 500;

    public static void Draw(string title, IReadOnlyList<LossPoint> points, string path)
    {
        if (points.Count < 2)
        {
            return;
        }

        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel("step");
        plot.YLabel("loss");
        double[] steps = [.. points.Select(p => (double)p.Step)];
        double[] losses = [.. points.Select(p => p.Loss)];
        // A curve over orders of magnitude is read on a logarithmic scale; some losses are negative and have none.
        var logarithmic = losses.Min() > 0;
        double[] Shown(IEnumerable<double> values) => [.. values.Select(v => logarithmic ? Math.Log10(v) : v)];
        var raw = plot.Add.Scatter(steps, Shown(losses));
        raw.LineWidth = 1;
        raw.MarkerSize = 0;
        raw.Color = Colors.LightGray;
        var smooth = plot.Add.Scatter(steps, Shown(Smooth(losses)));
        smooth.LineWidth = 2;
        smooth.MarkerSize = 0;
        smooth.Color = Colors.SteelBlue;
        if (logarithmic)
        {
            plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { LabelFormatter = v => Math.Pow(10, v).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) };
        }

        var partial = path + ".partial";
        File.WriteAllBytes(partial, plot.GetImageBytes(Width, Height, ImageFormat.Png));
        File.Move(partial, path, overwrite: true);
    }

    private static double[] Smooth(double[] values)
    {
        var weight = 1 - Math.Min(0.5, 20.0 / values.Length);
        var smoothed = new double[values.Length];
        var (sum, norm) = (0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            sum = weight * sum + (1 - weight) * values[i];
            norm = weight * norm + (1 - weight);
            smoothed[i] = sum / norm;
        }

        return smoothed;
    }
}
