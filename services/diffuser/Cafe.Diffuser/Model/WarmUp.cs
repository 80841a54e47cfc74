using Cafe.Diffuser.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;

namespace Cafe.Diffuser.Model;

/// <summary>Runs every graph once and measures what the scheduler has to know.</summary>
internal sealed class WarmUp(DenoisingEngine engine, DiffuserSection section, TimeProvider time)
{
    // A call of twice the rows that takes this many times as long: more rows won't pay either, and their time follows.
    private const double Linear = 1.9;

    /// <summary>Measures calls of 1, 2, 3, 4, 6, 8, ... rows of the default size until rows no longer pay, or the budget is spent.</summary>
    public ShapeTimes Measure(double budgetSeconds, CancellationToken cancellation)
    {
        var shape = new Shape(section.Size.DefaultWidth, section.Size.DefaultHeight);
        var plan = new DrawingPlan(
            SamplerPlan.Create(SamplerNames.Parse(section.Defaults.Sampler), SchedulerConfig.Parse(section.Scheduler), section.Defaults.Steps),
            new Guidance(GuidanceMode.None),
            ConditionBranch.Both,
            section.Defaults.SubjectStrength,
            shape.Width,
            shape.Height);
        var begun = time.GetTimestamp();
        using var conditions = engine.Condition(null, null);
        var steps = new Dictionary<int, double>();
        foreach (var rows in Counts())
        {
            try
            {
                Step(plan, conditions, rows, cancellation); // the first call of a size allocates
                steps[rows] = Timed(() => Step(plan, conditions, rows, cancellation));
            }
            catch (DeviceMemoryException) when (rows > 3)
            {
                break; // the scheduler finds the same limit, should so many rows ever pay
            }

            var linear = rows >= 4 && rows % 2 == 0 && steps.TryGetValue(rows / 2, out var half) && steps[rows] >= Linear * half;
            if (linear || time.GetElapsedTime(begun).TotalSeconds > budgetSeconds)
            {
                break;
            }
        }

        var drawing = engine.Begin(plan, conditions, 0);
        engine.Decode(drawing);
        return new ShapeTimes(shape, steps, Timed(() => engine.Decode(drawing)));
    }

    /// <summary>Fits the preview's colours on a picture of the smallest size.</summary>
    public LatentPreview FitPreview()
    {
        var side = Math.Max(section.Size.Min, section.Downscale) / section.Downscale;
        return LatentPreview.Fit(section.LatentChannels, side, side, latents => engine.Decode(latents, side, side));
    }

    private IEnumerable<int> Counts() => new[] { 1, 2, 3 }.Concat(Enumerable.Range(2, 6).SelectMany(power => new[] { 1 << power, 3 << (power - 1) })).Where(rows => rows <= engine.MaxRows);

    private void Step(DrawingPlan plan, IConditions conditions, int rows, CancellationToken cancellation)
    {
        var drawings = Enumerable.Range(0, rows).Select(i => engine.Begin(plan, conditions, (ulong)i)).ToList();
        var failures = new Exception?[rows];
        engine.Step(drawings, failures, cancellation);
        if (Array.Find(failures, failure => failure is not null) is { } failure)
        {
            throw new PackException($"The pack's diffuser doesn't work: {failure.Message}");
        }
    }

    private double Timed(Action action)
    {
        var begun = time.GetTimestamp();
        action();
        return Math.Max(time.GetElapsedTime(begun).TotalSeconds, 1e-6);
    }
}
