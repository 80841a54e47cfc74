using System.Text.Json;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using TorchSharp;

namespace Cafe.Training.Stages;

/// <summary>Where a stage works and whom it tells. Paths in configurations are relative to the work folder.</summary>
/// <param name="Work">Holds data, features, checkpoints and trained parts; outside the repository.</param>
/// <param name="StopAfter">Ends every training after this many steps, for trials; null trains to the end.</param>
public sealed record StageContext(string Work, ITrainingReport Report, TimeProvider Time, long? StopAfter = null)
{
    public string Path(string relative) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Work, relative));

    public TensorStore OpenStore(string relative) => TensorStore.Open(Path(relative));

    /// <summary>Trains a task to its end in the stage's output folder.</summary>
    /// <param name="weights">What in a folder to start from holds the weights (files or folders; those that are there are read); none: the folder itself, as published models are.</param>
    /// <returns>The parameters' moving average, with its share of the start, now in the parameters' place.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled, or stopped early by <see cref="StopAfter"/>.</exception>
    public void Train(string stage, string output, ITrainingTask task, TrainingOptions options, CancellationToken cancellation, params IReadOnlyList<string> weights)
    {
        if (options.StartFrom is { } start && !TrainingLoop.IsBegun(Path(output)))
        {
            StartFrom(Path(start), weights, options.StartWithout, task);
        }

        using var loop = new TrainingLoop(stage, Path(output), task, options, Report, Time);
        if (loop.Run(StopAfter, cancellation) < options.Steps)
        {
            throw new OperationCanceledException($"'{stage}' was stopped before its last step; it goes on from its checkpoint.", cancellation);
        }

        using var noGrad = torch.no_grad();
        task.Parameters.Values.copy_(loop.Average.Values);
        if (options.StartShare > 0)
        {
            StartFrom(Path(options.StartFrom!), weights, options.StartWithout, task);
            task.Parameters.Values.lerp_(loop.Average.Values, 1 - options.StartShare);
        }
    }

    /// <summary>Writes a model as published ones are: config.json and weights, under the given file name.</summary>
    public void WriteModel(string folder, JsonElement config, string file, IEnumerable<TensorSource> tensors)
    {
        Directory.CreateDirectory(Path(folder));
        SafetensorsWriter.Write(System.IO.Path.Combine(Path(folder), file), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        File.WriteAllText(System.IO.Path.Combine(Path(folder), "config.json"), JsonSerializer.Serialize(config, StageJson.Written));
    }

    /// <summary>The configuration of a trained or published model's folder.</summary>
    public ModelConfig ReadConfig(string folder) => CheckpointFolder.ReadConfig(Path(folder));

    /// <summary>The parameters of graphs from the folder of a trained or published model, frozen. Autoencoders under older names are read, too.</summary>
    public ParameterSet LoadFrozen(string folder, params IReadOnlyList<Modeling.Graphs.Graph> graphs)
    {
        using var checkpoint = Open(Path(folder));
        var parameters = new ParameterSet(ParameterSpec.Of(graphs, trainable: _ => false));
        parameters.Load(n => checkpoint.TryGet(n, out var tensor) ? tensor : null);
        return parameters;
    }

    private static Checkpoint Open(string path) => Checkpoint.Open(path).Rename(KeyRename.AutoencoderAttention);

    private static void StartFrom(string start, IReadOnlyList<string> weights, IReadOnlyList<string> without, ITrainingTask task)
    {
        if (without.FirstOrDefault(part => !task.Parameters.Specs.Any(spec => spec.Name.Contains(part, StringComparison.Ordinal))) is { } stranger)
        {
            throw new ArgumentException($"start_without '{stranger}' is part of no weight's name.");
        }

        bool BeginsAnew(string name) => without.Any(part => name.Contains(part, StringComparison.Ordinal));
        string[] parts = [.. weights.Select(part => System.IO.Path.Combine(start, part)).Where(System.IO.Path.Exists)];
        using var checkpoint = CheckpointViews.Join(start, [.. (parts is [] ? [start] : parts).Select(Open)]);
        task.Parameters.Load(n => !BeginsAnew(n) && checkpoint.TryGet(n, out var tensor) ? tensor : null, optional: n => BeginsAnew(n) || task.IsForTrainingAlone(n));
    }
}
