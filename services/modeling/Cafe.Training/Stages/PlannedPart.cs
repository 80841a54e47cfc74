using Cafe.Training.Execution;

namespace Cafe.Training.Stages;

/// <summary>A model of a stage, before anything is trained.</summary>
/// <param name="Name">For example <c>unet</c>.</param>
/// <param name="Parameters">In all.</param>
/// <param name="Trained">Of them.</param>
/// <param name="BatchSize">Samples of a step; 0 where nothing is trained.</param>
/// <param name="Steps">0 where nothing is trained.</param>
/// <param name="Data">Where its samples come from, as the configuration says.</param>
public sealed record PlannedPart(string Name, long Parameters, long Trained, int BatchSize, long Steps, string Data)
{
    /// <summary>Folders of frozen models that are in memory beside it.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>Bytes of the weights, their gradients, AdamW's two means and the moving average, in fp32; activations come on top.</summary>
    public long Bytes => 4 * (Parameters + 4 * Trained);

    public static PlannedPart Of(string name, IEnumerable<ParameterSpec> specs, int batchSize, long steps, string data)
    {
        var all = specs.ToArray();
        return new PlannedPart(name, all.Sum(s => s.Count), all.Where(s => s.Trainable).Sum(s => s.Count), batchSize, steps, data);
    }
}
