using System.Globalization;
using Cafe.Training.Running;
using Spectre.Console;

namespace Cafe.Training.Commands;

/// <summary>One line of progress at a time: loss, samples a second, time left.</summary>
internal sealed class ConsoleReport(IAnsiConsole console, TimeProvider time) : ITrainingReport
{
    // A line of progress every so often where lines can't be written over, as in a log file.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);
    private long last;

    public void Started(string stage, long step, long steps, long parameters) => console.MarkupLineInterpolated(
        CultureInfo.InvariantCulture, $"[bold]{stage}[/]: {parameters / 1e6:f2}M parameters in training, step {step} of {steps}");

    public void Progress(string stage, LossPoint point, long steps, double samplesPerSecond, TimeSpan left)
    {
        var live = console.Profile.Capabilities.Ansi && console.Profile.Out.IsTerminal;
        if (!live && last != 0 && time.GetElapsedTime(last) < Pause && point.Step < steps)
        {
            return;
        }

        last = time.GetTimestamp();
        var figures = string.Concat(point.Figures.Select(f => FormattableString.Invariant($"  {f.Key} {f.Value:g4}")));
        var line = FormattableString.Invariant(
            $"{stage}  {point.Step}/{steps}  loss {point.Loss:g5}{figures}  |g| {point.GradientNorm:g3}  {samplesPerSecond:f1} samples/s  {Hours(left)} left");
        if (live)
        {
            console.Write("\r" + line.PadRight(Math.Max(line.Length, console.Profile.Width - 1))[..Math.Max(1, console.Profile.Width - 1)]);
        }
        else
        {
            // A file has no width to wrap at.
            console.Profile.Out.Writer.WriteLine(line);
        }
    }

    public void Finished(string stage, long steps, TimeSpan took)
    {
        console.WriteLine();
        console.WriteLine(FormattableString.Invariant($"{stage}: {steps} steps, this run took {Hours(took)}"));
    }

    private static string Hours(TimeSpan time) => FormattableString.Invariant($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");
}
