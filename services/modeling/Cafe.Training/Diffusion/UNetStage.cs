using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Diffusion;

/// <summary>Trains the UNet by Eq. 3 on latents and embeddings that were computed before.</summary>
public sealed class UNetStage : IStage
{
    private const string WeightsFile = "diffusion_pytorch_model.safetensors";
    private const string WeightsFolder = "unet";
    private const string NullsFile = "cafe.safetensors";

    public string Kind => "unet";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<UNetStageOptions>(config);
        var specs = ParameterSpec.Of([UNet.BuildWhole(ConfigOf(options))]);
        return [PlannedPart.Of("unet", specs, options.Training.BatchSize, options.Training.Steps, string.Join(", ", options.Phases.SelectMany(p => p.Stores).Distinct()))];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<UNetStageOptions>(config);
        var scaling = AutoencoderKlConfig.From(context.ReadConfig(options.Autoencoder)).ScalingFactor;
        var opened = new List<TensorStore>();
        try
        {
            var phases = options.Phases.Select(p => new UNetPhase(Open(p, scaling, options.ReferenceSize, context, opened), p.Until ?? long.MaxValue)).ToArray();
            using var task = new UNetTask(ConfigOf(options), options.Scheduler, options.Diffusion, phases, options.Training.Seed, options.Recompute);
            context.Train(Path.GetFileName(options.Output), options.Output, task, options.Training, cancellation, WeightsFolder, NullsFile);
            Write(task, options, context);
        }
        finally
        {
            opened.ForEach(s => s.Dispose());
        }
    }

    private static UNetConfig ConfigOf(UNetStageOptions options) => UNetConfig.From(StageJson.Model(options.Model), options.SemanticWidth, options.SubjectWidth);

    private static UNetData Open(UNetPhaseOptions phase, double scaling, int referenceSize, StageContext context, List<TensorStore> opened)
    {
        TensorStore Store(string folder)
        {
            opened.Add(context.OpenStore(folder));
            return opened[^1];
        }

        var (samples, references) = (new JoinedSource([.. phase.Stores.Select(Store)]), Store(phase.References));
        if (phase.Union is not { Count: > 0 } union)
        {
            return new UNetData(samples, references, scaling, referenceSize);
        }

        // Each set without what its filter refused; a filter need not have run over all of them.
        var sets = union.Select(set => Kept(new JoinedSource([.. set.Stores.Select(Store)]), Store(set.References))).Prepend(Kept(samples, references)).ToList();
        return new UNetData(new ConcatenatedSource([.. sets.Select(set => set.Samples)]), new ConcatenatedSource([.. sets.Select(set => set.References)]), scaling, referenceSize);
    }

    private static (ISampleSource Samples, ISampleSource References) Kept(ISampleSource samples, ISampleSource references)
    {
        if (samples.Has(SampleFields.ReferenceRow) || samples.Count != references.Count)
        {
            throw new SampleException($"In a union every sample has a reference of its own: there are {samples.Count} samples and {references.Count} references, and '{SampleFields.ReferenceRow}' can't be used.");
        }

        long[] rows = [.. new UNetData(samples, references, 1, 1).Kept()];
        return (new SelectedSource(samples, rows), new SelectedSource(references, rows));
    }

    private static void Write(UNetTask task, UNetStageOptions options, StageContext context)
    {
        var tensors = task.Parameters.Export().ToLookup(t => t.Name is CafeWeights.NullSemantic or CafeWeights.NullSubject);
        context.WriteModel(Path.Combine(options.Output, WeightsFolder), options.Model, WeightsFile, tensors[false]);
        if (tensors[true].Any())
        {
            SafetensorsWriter.Write(context.Path(Path.Combine(options.Output, NullsFile)), tensors[true]);
        }

        var scheduler = context.Path(Path.Combine(options.Output, "scheduler"));
        Directory.CreateDirectory(scheduler);
        File.WriteAllText(Path.Combine(scheduler, "scheduler_config.json"), JsonSerializer.Serialize(options.Scheduler, StageJson.Written));
    }
}
