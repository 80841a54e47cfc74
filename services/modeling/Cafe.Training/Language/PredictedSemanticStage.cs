using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Samples;
using Cafe.Training.Stages;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Language;

/// <summary>Writes h for every sample; for those whose conversation was dropped, C(y) itself.</summary>
public sealed class PredictedSemanticStage : IStage
{
    public string Kind => "predicted_semantic";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<PredictedSemanticOptions>(config);
        return [new PlannedPart("predicted semantic", 0, 0, 0, 0, string.Join(", ", options.Stores))];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<PredictedSemanticOptions>(config);
        var llama = LlamaConfig.From(context.ReadConfig(options.LanguageModel));
        var opened = new List<TensorStore>();
        try
        {
            var data = AssistantStage.Open(options.Stores, options.References, context, opened);
            var width = (int)data.References.Field(SampleFields.Patches).Shape[1];
            using var language = AssistantStage.LoadLanguageModel(context, options.LanguageModel, llama);
            using var own = AssistantModel.CreateOwn(llama, width, options.SemanticWidth, seed: 0);
            using var checkpoint = Checkpoint.Open(Path.Combine(context.Path(options.Assistant), AssistantStage.WeightsFile));
            own.Load(n => checkpoint.TryGet(n, out var tensor) ? tensor : null);
            using var model = new AssistantModel(llama, width, options.SemanticWidth, language, own);
            Write(options, model, data, context, cancellation);
        }
        finally
        {
            opened.ForEach(s => s.Dispose());
        }
    }

    private static void Write(PredictedSemanticOptions options, AssistantModel model, AssistantData data, StageContext context, CancellationToken cancellation)
    {
        using var inference = torch.inference_mode();
        var field = new SampleField(SampleFields.PredictedSemantic, TensorType.Float32, [options.SemanticWidth]);
        using var writer = new TensorStoreWriter(context.Path(options.Output), field);
        var filled = data.Filled().ToHashSet();
        for (var start = 0L; start < data.Samples.Count; start += options.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            long[] indices = [.. Enumerable.Range(0, (int)Math.Min(options.BatchSize, data.Samples.Count - start)).Select(i => start + i)];
            var rows = data.Samples.FloatBatch(SampleFields.Semantic, indices);
            long[] spoken = [.. indices.Where(filled.Contains)];
            if (spoken.Length > 0)
            {
                var (_, predicted) = model.Forward(data.Batch(spoken));
                rows.index_copy_(0, torch.tensor(spoken.Select(i => i - start).ToArray()), predicted);
            }

            writer.Write(field, rows);
        }

        writer.Complete();
    }
}
