using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Encoders;

/// <summary>Trains the subject encoder E.</summary>
public sealed class SubjectEncoderStage : IStage
{
    public string Kind => "subject_encoder";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<SubjectEncoderOptions>(config);
        var model = Dinov2Config.From(StageJson.Model(options.Model));
        var specs = ParameterSpec.Of([Dinov2.Build(model, model.ImageSize, model.ImageSize)]);
        return [PlannedPart.Of("subject encoder", specs, options.Training.BatchSize, options.Training.Steps, string.Join(", ", options.Stores))];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<SubjectEncoderOptions>(config);
        var model = Dinov2Config.From(StageJson.Model(options.Model));
        TensorStore[] stores = [.. options.Stores.Select(context.OpenStore)];
        try
        {
            using var task = new SubjectEncoderTask(model, options, new JoinedSource(stores), AutoencoderKlConfig.From(context.ReadConfig(options.Autoencoder)).ScalingFactor);
            context.Train(Path.GetFileName(options.Output), options.Output, task, options.Training, cancellation);
            context.WriteModel(options.Output, options.Model, "model.safetensors", task.Parameters.Export().Where(t => SubjectEncoderTask.IsKept(t.Name)));
            options.Preprocess.Write(context.Path(options.Output), model.ImageSize);
        }
        finally
        {
            Array.ForEach(stores, s => s.Dispose());
        }
    }
}
