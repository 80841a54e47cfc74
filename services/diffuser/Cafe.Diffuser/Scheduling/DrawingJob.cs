using System.Diagnostics;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Scheduling.Queue;

namespace Cafe.Diffuser.Scheduling;

/// <summary>A request on its way through the scheduler.</summary>
public sealed class DrawingJob
{
    private readonly Drawing?[] _drawings;
    private readonly bool[] _finished;

    /// <summary>Creates a request's job.</summary>
    /// <param name="plan">How its pictures are drawn.</param>
    /// <param name="seed">Of the first picture.</param>
    /// <param name="count">Pictures, 1 or more.</param>
    /// <param name="semantic">c, [tokens, width]; null where absent.</param>
    /// <param name="subject">E(x), [tokens, width]; null where absent.</param>
    /// <param name="previewEvery">Steps between two previews; 0 for none.</param>
    /// <param name="events">Told what happens.</param>
    /// <param name="cancellation">The caller's.</param>
    public DrawingJob(
        DrawingPlan plan,
        ulong seed,
        int count,
        float[]? semantic,
        float[]? subject,
        int previewEvery,
        IDrawingEvents events,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Plan = plan;
        Seed = seed;
        Semantic = semantic;
        Subject = subject;
        PreviewEvery = previewEvery;
        Events = events;
        Cancellation = cancellation;
        Trace = Activity.Current?.Context ?? default;
        _drawings = new Drawing?[count];
        _finished = new bool[count];
    }

    /// <summary>How its pictures are drawn.</summary>
    public DrawingPlan Plan { get; }

    /// <summary>Of the first picture.</summary>
    public ulong Seed { get; }

    /// <summary>Pictures.</summary>
    public int Count => _drawings.Length;

    /// <summary>Steps of all pictures.</summary>
    public int Steps => Count * Plan.Steps;

    /// <summary>The request's id, for logs.</summary>
    public string RequestId { get; init; } = "";

    internal float[]? Semantic { get; }

    internal float[]? Subject { get; }

    internal int PreviewEvery { get; }

    internal IDrawingEvents Events { get; }

    internal CancellationToken Cancellation { get; }

    internal ActivityContext Trace { get; }

    internal Shape Shape => new(Plan.Width, Plan.Height);

    internal IConditions? Conditions { get; private set; }

    internal bool Started => Conditions is not null;

    internal bool Finished => Array.TrueForAll(_finished, done => done);

    /// <summary>After a call that failed for no reason that names a request: this one is run by itself.</summary>
    internal bool Alone { get; set; }

    internal WorkItem<DrawingJob>? Item { get; set; }

    internal DrawingTimings Timings { get; set; }

    /// <summary>How much longer a step takes than it would alone, smoothed: others take part, or go first.</summary>
    internal double Stretch { get; private set; } = 1;

    internal long LastStep { get; set; }

    internal int StepsAfterCancel { get; set; }

    internal int StepsDone => _drawings.Sum(drawing => drawing?.Step ?? 0);

    /// <summary>Pictures with steps to do, those begun first.</summary>
    internal IEnumerable<int> Pending() => Enumerable.Range(0, Count).Where(i => !_finished[i]).OrderByDescending(StepOf);

    internal int StepOf(int picture) => _drawings[picture]?.Step ?? 0;

    /// <summary>Rows of a picture's next step.</summary>
    internal int RowsOf(int picture) => Plan.RowsAt(StepOf(picture));

    internal Drawing DrawingOf(int picture) => _drawings[picture] ?? throw new InvalidOperationException("The job has not begun.");

    internal ulong SeedOf(int picture) => SeededNoise.OfPicture(Seed, picture);

    internal void Begin(IDiffusionEngine engine)
    {
        Conditions = engine.Condition(Semantic, Subject);
        for (var i = 0; i < _drawings.Length; i++)
        {
            _drawings[i] = engine.Begin(Plan, Conditions, SeedOf(i));
        }
    }

    internal void Finish(int picture) => _finished[picture] = true;

    internal void Release() => Conditions?.Dispose();

    /// <summary>Seconds of work left, alone on the device.</summary>
    internal double RemainingSeconds(ShapeTimes times)
    {
        var steps = times.Steps(Shape);
        var decode = times.DecodeSeconds(Shape);
        Span<double> seconds = [0, steps[1], steps[2], steps[3]];
        var sum = 0.0;
        for (var i = 0; i < _drawings.Length; i++)
        {
            if (!_finished[i])
            {
                sum += decode;
                for (var step = StepOf(i); step < Plan.Steps; step++)
                {
                    sum += seconds[Plan.RowsAt(step)];
                }
            }
        }

        return sum;
    }

    internal void ObserveStretch(double elapsed, double alone) => Stretch += 0.2 * (Math.Clamp(elapsed / Math.Max(alone, 1e-9), 1, 1_000) - Stretch);
}
