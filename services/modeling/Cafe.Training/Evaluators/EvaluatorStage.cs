using System.Text.Json;
using Cafe.Evaluation.Evaluators;
using Cafe.Modeling.Architectures;
using Cafe.Training.Data.Samples;
using Cafe.Training.Execution;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Evaluators;

/// <summary>Trains a judge of identity, scene and attributes.</summary>
public sealed class EvaluatorStage : IStage
{
    public string Kind => "evaluator";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<EvaluatorOptions>(config);
        var specs = ParameterSpec.Of([PictureCnn.Build(PictureCnnConfig.From(StageJson.Model(options.Model)))]);
        return [PlannedPart.Of("evaluator", specs, options.Training.BatchSize, options.Training.Steps, string.Join(", ", options.Stores))];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<EvaluatorOptions>(config);
        TensorStore[] stores = [.. options.Stores.Select(context.OpenStore)];
        using var validation = options.Validation is { } folder ? context.OpenStore(folder) : null;
        try
        {
            using var task = new EvaluatorTask(PictureCnnConfig.From(StageJson.Model(options.Model)), options, new ConcatenatedSource(stores), validation);
            context.Train(Path.GetFileName(options.Output), options.Output, task, options.Training, cancellation);
            context.WriteModel(options.Output, options.Model, "model.safetensors", task.Parameters.Export());
            Export(options, context, (int)stores[0].Field(SampleFields.Target).Shape[^1]);
        }
        finally
        {
            Array.ForEach(stores, s => s.Dispose());
        }
    }

    // Beside the weights, the graph and evaluator.json that `cafe eval` opens.
    private static void Export(EvaluatorOptions options, StageContext context, int side)
    {
        var heads = PictureCnnConfig.From(StageJson.Model(options.Model)).Heads;
        EvaluatorExport.Write(EvaluatorKind.PictureCnn, context.Path(options.Output), context.Path(options.Output), new EvaluatorExportOptions
        {
            Name = Path.GetFileName(options.Output),
            Side = side,
            Labels = options.Labels ?? heads.ToDictionary(head => head.Key, head => SampleLabels.Of(head.Key, head.Value)),
        });
    }
}
