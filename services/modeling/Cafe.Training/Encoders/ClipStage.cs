using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Encoders;

/// <summary>Trains both towers of C.</summary>
public sealed class ClipStage : IStage
{
    public string Kind => "clip";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<ClipOptions>(config);
        var model = ClipConfig.From(StageJson.Model(options.Model));
        var specs = ParameterSpec.Of([Clip.BuildVision(model), Clip.BuildText(model)]);
        return [PlannedPart.Of("clip", specs, options.Training.BatchSize, options.Training.Steps, string.Join(", ", options.Stores))];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<ClipOptions>(config);
        var model = ClipConfig.From(StageJson.Model(options.Model));
        TensorStore[] stores = [.. options.Stores.Select(context.OpenStore)];
        try
        {
            using var task = new ClipTask(model, options, new JoinedSource(stores));
            context.Train(Path.GetFileName(options.Output), options.Output, task, options.Training, cancellation);
            context.WriteModel(options.Output, options.Model, "model.safetensors", task.Parameters.Export());
            options.Preprocess.Write(context.Path(options.Output), model.ImageSize);
            foreach (var file in options.TokenizerFiles)
            {
                File.Copy(context.Path(file), Path.Combine(context.Path(options.Output), Path.GetFileName(file)), overwrite: true);
            }
        }
        finally
        {
            Array.ForEach(stores, s => s.Dispose());
        }
    }
}
