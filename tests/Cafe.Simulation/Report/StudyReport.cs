using System.Globalization;
using System.Text;
using Cafe.Simulation.Fleets;
using Cafe.Simulation.Load;
using ScottPlot;

namespace Cafe.Simulation.Report;

/// <summary>Tables and plots of a study.</summary>
public static class StudyReport
{
    private const int Width = 900, Height = 420;

    /// <summary>A Markdown table; the row of the chart's own settings says so.</summary>
    public static string Table(IEnumerable<StudyRow> rows, ScalingSettings? chart = null)
    {
        var text = new StringBuilder("| setting | wait p50 s | p95 s | p99 s | rejected % | GPU hours | most pods |\n|---|---|---|---|---|---|---|\n");
        foreach (var (setting, settings, result) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {setting}{(settings == chart ? " (the chart's)" : "")} | {result.Wait(0.5):f1} | {result.Wait(0.95):f1} | {result.Wait(0.99):f1} | {100 * result.RejectedShare:f2} | {result.PodHours:f1} | {result.MostPods} |\n");
        }

        return text.ToString();
    }

    /// <summary>Waits and rejections over the size of a fixed pool.</summary>
    public static void PlotSizes(Stage stage, IReadOnlyList<StudyRow> rows, string path)
    {
        using var plot = new Plot();
        plot.Title($"{stage}: pools of a fixed size");
        plot.XLabel("pods");
        plot.YLabel("wait, 95th percentile (s)");
        double[] sizes = [.. rows.Select(row => Math.Log2(row.Settings.MinReplicas))];
        var waits = plot.Add.Scatter(sizes, rows.Select(row => row.Result.Wait(0.95)).ToArray());
        waits.LegendText = "wait";
        var rejected = plot.Add.Scatter(sizes, rows.Select(row => 100 * row.Result.RejectedShare).ToArray());
        rejected.LegendText = "rejected (%)";
        rejected.Axes.YAxis = plot.Axes.Right;
        plot.Axes.Right.Label.Text = "rejected (%)";
        plot.Axes.Bottom.SetTicks(sizes, [.. rows.Select(row => row.Settings.MinReplicas.ToString(CultureInfo.InvariantCulture))]);
        plot.ShowLegend();
        plot.SavePng(path, Width, Height);
    }

    /// <summary>Arrivals, and the pods that the chart's settings give them.</summary>
    public static void PlotDay(Stage stage, StudyRow row, BurstyDay day, double from, string path)
    {
        using var plot = new Plot();
        plot.Title($"{stage}: pods with {row.Setting}");
        plot.XLabel("hour of the day");
        plot.YLabel("pods");
        double[] hours = [.. row.Result.Pods.Select(look => (from + look.At) / 3600)];
        var pods = plot.Add.ScatterLine(hours, row.Result.Pods.Select(look => (double)look.Pods).ToArray());
        pods.LegendText = "pods";
        var rate = plot.Add.ScatterLine(hours, row.Result.Pods.Select(look => day.Rate(from + look.At)).ToArray());
        rate.LegendText = "requests a second";
        rate.Axes.YAxis = plot.Axes.Right;
        plot.Axes.Right.Label.Text = "requests a second";
        plot.ShowLegend();
        plot.SavePng(path, Width, Height);
    }
}
