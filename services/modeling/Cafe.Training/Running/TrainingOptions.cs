using Cafe.Training.Optimization;

namespace Cafe.Training.Running;

/// <summary>How long and with what a model is trained; the same for every stage.</summary>
public sealed record TrainingOptions
{
    /// <summary>Everything random follows from it and the step's number.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Steps in all.</summary>
    public required long Steps { get; init; }

    /// <summary>Samples of one step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Parts that a batch is run in, their gradients added: less memory, the same step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Folder in the work folder, a stage's output or a safetensors file, whose weights training starts from, every one that a pack keeps; null starts from random ones.</summary>
    public string? StartFrom { get; init; }

    /// <summary>Parts of names: weights whose name has one of them begin anew in spite of <see cref="StartFrom"/>, as where a condition's width is another.</summary>
    public IReadOnlyList<string> StartWithout { get; init; } = [];

    /// <summary>
    /// Share of the weights to start from in those that are written, in [0, 1): each is start_share x start + (1 - start_share) x trained, which keeps what training on other data forgets (WiSE-FT, Wortsman et al. 2022).
    /// Weights that begin anew have no share. Needs <see cref="StartFrom"/>. Default 0, the trained ones.
    /// </summary>
    public double StartShare { get; init; }

    public LearningRateSchedule LearningRate { get; init; } = new();

    public AdamWOptions AdamW { get; init; } = new();

    /// <summary>The gradient's norm is brought down to it where it is larger; 0 leaves it.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Of the moving average that is evaluated and written, in [0, 1).</summary>
    public double EmaDecay { get; init; } = 0.999;

    /// <summary>The most that is lost when the process is killed.</summary>
    public double CheckpointMinutes { get; init; } = 3;

    /// <summary>Steps between the points of the loss curve.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>Steps between validations, a multiple of <see cref="LogEvery"/>; 0 for none.</summary>
    public int ValidateEvery { get; init; }

    /// <summary>The run stops where the smoothed loss is this many times its own minimum (losses that may fall below zero: not checked); 0 checks for NaN alone.</summary>
    public double DivergenceFactor { get; init; } = 20;

    /// <exception cref="ArgumentException">Names the field, the rule and the value.</exception>
    public void Validate()
    {
        AdamWOptions.Check(Steps > 0, "steps must be positive", Steps);
        AdamWOptions.Check(BatchSize > 0, "batch_size must be positive", BatchSize);
        AdamWOptions.Check(Accumulate > 0 && BatchSize % Math.Max(1, Accumulate) == 0, "accumulate must divide batch_size", Accumulate);
        if (StartFrom is null && StartWithout.Count > 0)
        {
            throw new ArgumentException($"start_without [{string.Join(", ", StartWithout)}] needs start_from: from nothing everything begins anew.");
        }

        AdamWOptions.Check(StartShare is >= 0 and < 1, "start_share must be in [0, 1)", StartShare);
        if (StartFrom is null && StartShare > 0)
        {
            throw new ArgumentException($"start_share {StartShare} needs start_from: there is nothing to take a share of.");
        }

        AdamWOptions.Check(ClipNorm >= 0, "clip_norm must not be negative", ClipNorm);
        AdamWOptions.Check(EmaDecay is >= 0 and < 1, "ema_decay must be in [0, 1)", EmaDecay);
        AdamWOptions.Check(CheckpointMinutes > 0, "checkpoint_minutes must be positive", CheckpointMinutes);
        AdamWOptions.Check(LogEvery > 0, "log_every must be positive", LogEvery);
        AdamWOptions.Check(ValidateEvery >= 0 && ValidateEvery % LogEvery == 0, "validate_every must be a multiple of log_every", ValidateEvery);
        AdamWOptions.Check(DivergenceFactor >= 0, "divergence_factor must not be negative", DivergenceFactor);
        LearningRate.Validate();
        AdamW.Validate();
    }
}
