using Cafe.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Running;

/// <summary>
/// Runs a task to its last step: loss, backward, clip, AdamW, moving average; a log, a curve and checkpoints in one folder. Interrupted at any moment, it goes on from the last checkpoint bit for bit.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly string stage;
    private readonly string folder;
    private readonly ITrainingTask task;
    private readonly TrainingOptions options;
    private readonly ITrainingReport report;
    private readonly TimeProvider time;
    private readonly AdamW optimizer;
    private readonly MovingAverage average;
    private readonly TrainingState state;
    private double smoothed;
    private double lowest = double.PositiveInfinity;

    /// <param name="folder">Made if it is not there; holds state.safetensors, losses.jsonl and losses.png.</param>
    public TrainingLoop(string stage, string folder, ITrainingTask task, TrainingOptions options, ITrainingReport report, TimeProvider time)
    {
        options.Validate();
        this.stage = stage;
        this.folder = folder;
        this.task = task;
        this.options = options;
        this.report = report;
        this.time = time;
        Directory.CreateDirectory(folder);
        optimizer = new AdamW(task.Parameters, options.AdamW);
        average = new MovingAverage(task.Parameters, options.EmaDecay);
        state = new TrainingState(task.Parameters, optimizer, average);
    }

    /// <summary>The parameters' moving average: what is evaluated and shipped.</summary>
    public MovingAverage Average => average;

    private string StatePath => PathOf(folder);

    /// <summary>Whether a training of this folder has a checkpoint to go on from.</summary>
    public static bool IsBegun(string folder) => File.Exists(PathOf(folder));

    /// <summary>Goes on from the folder's checkpoint where there is one, and trains to the last step.</summary>
    /// <param name="stopAfter">Stops, with a checkpoint, after this many steps in all; for tests and short trials.</param>
    /// <returns>Steps done.</returns>
    /// <exception cref="TrainingDivergedException">The loss or gradient is no number, or the loss has grown past its bound.</exception>
    public long Run(long? stopAfter = null, CancellationToken cancellation = default)
    {
        var step = IsBegun(folder) ? state.Load(StatePath, options.Seed) : 0;
        var log = new LossLog(Path.Combine(folder, "losses.jsonl"), step);
        var end = Math.Min(options.Steps, stopAfter ?? options.Steps);
        var before = log.Seconds;
        var clock = new RunClock(time, step);
        var window = new LossWindow();
        report.Started(stage, step, options.Steps, task.Parameters.TrainableCount);
        while (step < end && !cancellation.IsCancellationRequested)
        {
            var rate = options.LearningRate.At(step, options.Steps);
            TakeStep(step, rate, window);
            step++;
            if (step % options.LogEvery == 0 || step == end)
            {
                var point = window.Close(step, rate, before + clock.Elapsed.TotalSeconds, Validate(step));
                log.Add(point);
                var speed = clock.StepsPerSecond(step);
                report.Progress(stage, point, options.Steps, speed * options.BatchSize, TimeSpan.FromSeconds((options.Steps - step) / Math.Max(1e-9, speed)));
                if (clock.SinceCheckpoint.TotalMinutes >= options.CheckpointMinutes)
                {
                    Checkpoint(step, log);
                    clock.Checkpointed();
                }
            }
        }

        Checkpoint(step, log);
        report.Finished(stage, step, clock.Elapsed);
        return step;
    }

    public void Dispose()
    {
        optimizer.Dispose();
        average.Dispose();
    }

    private void TakeStep(long number, double rate, LossWindow window)
    {
        using var scope = torch.NewDisposeScope();
        var part = options.BatchSize / options.Accumulate;
        task.Parameters.ZeroGradients();
        var loss = 0.0;
        for (var i = 0; i < options.Accumulate; i++)
        {
            // Everything of this part is released before the next is run.
            using var inner = torch.NewDisposeScope();
            using var step = new TrainingStep(options.Seed, number, i, part, number * options.BatchSize + i * part);
            var mean = task.Loss(step);
            var value = mean.item<float>();
            if (!float.IsFinite(value))
            {
                throw new TrainingDivergedException(number, $"the loss is {value}");
            }

            loss += value / options.Accumulate;
            (options.Accumulate == 1 ? mean : mean / options.Accumulate).backward();
            window.Add(step.Figures, 1.0 / options.Accumulate);
        }

        CheckGrowth(number, loss);
        var norm = task.Parameters.Gradients.norm().item<float>();
        if (!float.IsFinite(norm))
        {
            throw new TrainingDivergedException(number, $"the gradient's norm is {norm}");
        }

        if (options.ClipNorm > 0 && norm > options.ClipNorm)
        {
            task.Parameters.Gradients.mul_(options.ClipNorm / norm);
        }

        optimizer.Step(rate);
        average.Update(number);
        window.Add(loss, norm);
    }

    // With the moving average in the parameters' place.
    private IReadOnlyDictionary<string, double> Validate(long step)
    {
        if (options.ValidateEvery == 0 || (step % options.ValidateEvery != 0 && step != options.Steps))
        {
            return new Dictionary<string, double>();
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var trained = task.Parameters.Values.clone();
        task.Parameters.Values.copy_(average.Values);
        try
        {
            return task.Validate();
        }
        finally
        {
            task.Parameters.Values.copy_(trained);
        }
    }

    private void CheckGrowth(long number, double loss)
    {
        smoothed = number == 0 || smoothed == 0 ? loss : 0.95 * smoothed + 0.05 * loss;
        lowest = Math.Min(lowest, smoothed);
        if (options.DivergenceFactor > 0 && lowest > 0 && smoothed > options.DivergenceFactor * lowest)
        {
            throw new TrainingDivergedException(number, FormattableString.Invariant($"the smoothed loss is {smoothed:g4}, {smoothed / lowest:f0} times its minimum"));
        }
    }

    private void Checkpoint(long step, LossLog log)
    {
        state.Save(StatePath, step, options.Seed);
        LossCurve.Draw(stage, log.Points, Path.Combine(folder, "losses.png"));
    }

    private static string PathOf(string folder) => Path.Combine(folder, "state.safetensors");
}
