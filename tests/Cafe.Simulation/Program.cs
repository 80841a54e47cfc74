using System.Globalization;
using System.Text;
using Cafe.Simulation.Devices;
using Cafe.Simulation.Fleets;
using Cafe.Simulation.Load;
using Cafe.Simulation.Report;
using Xunit.Runner.InProc.SystemConsole;

namespace Cafe.Simulation;

/// <summary>Simulates every stage's pool over a bursty day: <c>dotnet run -c Release --project tests/Cafe.Simulation -- --out docs/simulation</c>.</summary>
public static class Program
{
    private const string Usage = "usage: Cafe.Simulation --out DIR [--device l4] [--from 8] [--hours 4] [--seed 1]";

    public static int Main(string[] args) => IsTestRunner(args) ? ConsoleRunner.Run(args).GetAwaiter().GetResult() : Run(args, Console.Out, Console.Error);

    // The test platform starts test projects with options of one dash, or a file of them (@@); ours have two.
    private static bool IsTestRunner(string[] args) =>
        args.Any(a => a.StartsWith("@@", StringComparison.Ordinal) || (a.StartsWith('-') && !a.StartsWith("--", StringComparison.Ordinal)));

    /// <returns>0, or 2 for a wrong call.</returns>
    internal static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        var options = new Dictionary<string, string> { ["--device"] = "l4", ["--from"] = "8", ["--hours"] = "4", ["--seed"] = "1" };
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || (args[i] != "--out" && !options.ContainsKey(args[i])))
            {
                errors.WriteLine($"'{args[i]}' is not understood. {Usage}");
                return 2;
            }

            options[args[i]] = args[i + 1];
        }

        if (!options.TryGetValue("--out", out var folder))
        {
            errors.WriteLine(Usage);
            return 2;
        }

        try
        {
            Write(folder, DeviceTimes.Find(options["--device"]), Number("--from") * 3600, Number("--hours"), (int)Number("--seed"), output);
            return 0;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException)
        {
            errors.WriteLine(problem.Message);
            return 2;
        }

        double Number(string option) => double.TryParse(options[option], CultureInfo.InvariantCulture, out var value) && value >= 0
            ? value
            : throw new FormatException($"{option} must be a number of 0 or more; it is '{options[option]}'.");
    }

    private static void Write(string folder, DeviceTimes device, double from, double hours, int seed, TextWriter output)
    {
        Directory.CreateDirectory(folder);
        var text = new StringBuilder("# Simulation of the pools\n\n")
            .Append("Made by `dotnet run -c Release --project tests/Cafe.Simulation -- --out docs/simulation`: the schedulers' own policy code over virtual time, with a table of call\ntimes in place of the models. Not a measurement of any cluster.\n\n")
            .Append(CultureInfo.InvariantCulture, $"Device {device.Name}{(device.Assumed ? " (assumed times)" : "")}: {device.Source}\n\n")
            .Append(CultureInfo.InvariantCulture, $"Load: a day that swings between night and afternoon, with a burst of four times that about once an hour; simulated from {from / 3600:g3} o'clock on. Each stage's rate would keep {Study.BusyShare:p1} of its\nlargest pool busy on the day's average. 25 steps (70%), 50 or 10; 1 picture (70%), 2 or 4; half the subjects are in the cache.\n\n")
            .Append(CultureInfo.InvariantCulture, $"A pod's start: {device.Start.Source}\n\n")
            .Append("The least and the largest number of pods (`minReplicas`, `maxReplicas`) and the queues' capacities are the chart's: they go in, and are not what is recommended. What is: the targets\nof the wait and of the queue's depth. The autoscaler grows and shrinks as the chart's `behavior` says.\n\n")
            .Append(CultureInfo.InvariantCulture, $"Recommended: the fewest GPU hours with at most {100 * Study.AcceptedRejections:g2}% rejected and a 95th percentile of the wait within {Study.AcceptedWaitSeconds:g3} s; of those that cost the same to a tenth of an hour\nthe shortest waits, then the lowest targets. Where rows are alike, the other target decides alone; where none is accepted, the fewest rejections decide.\n");
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var name = stage.ToString().ToLowerInvariant();
            var study = new Study(stage, device, seed, from, hours);
            var (sizes, targets, chart) = (study.FixedSizes(), study.Targets(), ScalingSettings.OfChart(stage));
            StudyReport.PlotSizes(stage, sizes, Path.Combine(folder, $"{name}-sizes.png"));
            StudyReport.PlotDay(stage, targets.Single(row => row.Settings == chart), study.Day, from, Path.Combine(folder, $"{name}-day.png"));
            text.Append(CultureInfo.InvariantCulture, $"\n## {stage}\n{study.Rate:g4} requests a second on the day's average, {study.Hours:g3} h simulated; {chart.MinReplicas} to {chart.MaxReplicas} pods, ready {study.StartSeconds:f0} s after their creation.\n\nFixed sizes:\n\n{StudyReport.Table(sizes)}\n![sizes]({name}-sizes.png)\n\nAutoscaled:\n\n{StudyReport.Table(targets, chart)}\n")
                .Append(CultureInfo.InvariantCulture, $"Recommended: {Study.Recommended(targets).Setting}.\n\n![day]({name}-day.png)\n");
            output.WriteLine($"{stage}: done");
        }

        File.WriteAllText(Path.Combine(folder, "README.md"), text.ToString());
        output.WriteLine(text.ToString());
    }
}
