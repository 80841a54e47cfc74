using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Autoencoding;

/// <summary>Trains the autoencoder and measures the scaling factor of its latents.</summary>
public sealed class AutoencoderStage : IStage
{
    public string Kind => "autoencoder";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<AutoencoderOptions>(config);
        var model = AutoencoderKlConfig.From(StageJson.Model(options.Model));
        var specs = AutoencoderTask.Specs(AutoencoderKl.BuildEncoder(model), AutoencoderKl.BuildDecoder(model), options.DecoderOnly);
        return [PlannedPart.Of("autoencoder", specs, options.Training.BatchSize, options.Training.Steps, string.Join(", ", options.Stores))];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<AutoencoderOptions>(config);
        TensorStore[] stores = [.. options.Stores.Select(context.OpenStore)];
        using var validation = options.Validation is { } folder ? context.OpenStore(folder) : null;
        try
        {
            using var task = new AutoencoderTask(AutoencoderKlConfig.From(StageJson.Model(options.Model)), options, new ConcatenatedSource(stores), validation);
            context.Train(Path.GetFileName(options.Output), options.Output, task, options.Training, cancellation);
            if (options.StandardizeLatents)
            {
                task.StandardizeLatents();
            }

            var written = JsonNode.Parse(options.Model.GetRawText())!.AsObject();
            // The encoder's latents are as they were, and so is what they are scaled by: other parts were trained on both.
            written["scaling_factor"] = options.DecoderOnly
                ? AutoencoderKlConfig.From(context.ReadConfig(options.Training.StartFrom!)).ScalingFactor
                : task.MeasureScalingFactor();
            context.WriteModel(options.Output, JsonSerializer.SerializeToElement(written), "diffusion_pytorch_model.safetensors", task.Parameters.Export());
        }
        finally
        {
            Array.ForEach(stores, s => s.Dispose());
        }
    }
}
