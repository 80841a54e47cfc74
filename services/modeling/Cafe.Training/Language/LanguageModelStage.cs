using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Language;

/// <summary>Trains the language model M.</summary>
public sealed class LanguageModelStage : IStage
{
    public string Kind => "language_model";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<LanguageModelOptions>(config);
        var model = LlamaConfig.From(StageJson.Model(options.Model));
        return [PlannedPart.Of("language model", LanguageModelTask.Trained(LanguageModelTask.Specs(model, Llama.Plain(model)), options), options.Training.BatchSize, options.Training.Steps, options.Store)];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<LanguageModelOptions>(config);
        using var store = context.OpenStore(options.Store);
        using var recitals = options.Recitals is { } lists ? context.OpenStore(lists) : null;
        using var validation = options.Validation is { } folder ? context.OpenStore(folder) : null;
        using var task = new LanguageModelTask(LlamaConfig.From(StageJson.Model(options.Model)), options, recitals is null ? store : new ConcatenatedSource(store, recitals), validation);
        context.Train(Path.GetFileName(options.Output), options.Output, task, options.Training, cancellation);
        context.WriteModel(options.Output, options.Model, "model.safetensors", task.Parameters.Export());
        foreach (var file in options.TokenizerFiles)
        {
            File.Copy(context.Path(file), Path.Combine(context.Path(options.Output), Path.GetFileName(file)), overwrite: true);
        }
    }
}
