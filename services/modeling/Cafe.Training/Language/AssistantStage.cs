using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Language;

/// <summary>Trains V, H and [IMG].</summary>
public sealed class AssistantStage : IStage
{
    /// <summary>CAFE's own file.</summary>
    public const string WeightsFile = "cafe.safetensors";

    public string Kind => "assistant";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<AssistantOptions>(config);
        var data = string.Join(", ", options.Stores.Concat(options.Union.SelectMany(set => set.Stores)));
        return [PlannedPart.Of("V, H and [IMG]", options.Widths?.Specs() ?? [], options.Training.BatchSize, options.Training.Steps, data) with { Beside = [options.LanguageModel] }];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<AssistantOptions>(config);
        var model = LlamaConfig.From(context.ReadConfig(options.LanguageModel));
        var opened = new List<TensorStore>();
        try
        {
            using var language = LoadLanguageModel(context, options.LanguageModel, model);
            var data = Open(options, context, opened);
            var validation = options.ValidationStores is { } stores ? Open(stores, options.ValidationReferences ?? throw new ArgumentException("validation_stores needs validation_references."), context, opened) : null;
            using var task = new AssistantTask(model, options, language, data, validation);
            context.Train(Path.GetFileName(options.Output), options.Output, task, options.Training, cancellation, WeightsFile);
            SafetensorsWriter.Write(Path.Combine(context.Path(options.Output), WeightsFile), task.Parameters.Export());
        }
        finally
        {
            opened.ForEach(s => s.Dispose());
        }
    }

    /// <summary>A language model's weights with its embedding table, frozen.</summary>
    internal static ParameterSet LoadLanguageModel(StageContext context, string folder, LlamaConfig model)
    {
        using var checkpoint = Checkpoint.Open(context.Path(folder));
        var language = new ParameterSet(LanguageModelTask.Specs(model, Llama.Plain(model), trainable: false));
        language.Load(n => checkpoint.TryGet(n, out var tensor) ? tensor : null);
        return language;
    }

    private static AssistantData Open(AssistantOptions options, StageContext context, List<TensorStore> opened)
    {
        var first = Open(options.Stores, options.References, context, opened);
        if (options.Union.Count == 0)
        {
            return first;
        }

        var sets = options.Union.Select(set => Open(set.Stores, set.References, context, opened)).Prepend(first).ToList();
        if (sets.Find(set => set.Samples.Has(SampleFields.ReferenceRow) || set.Samples.Count != set.References.Count) is { } shared)
        {
            throw new SampleException($"In a union every sample has a reference of its own: there are {shared.Samples.Count} samples and {shared.References.Count} references, and '{SampleFields.ReferenceRow}' can't be used.");
        }

        return new AssistantData(new ConcatenatedSource([.. sets.Select(set => set.Samples)]), new ConcatenatedSource([.. sets.Select(set => set.References)]));
    }

    internal static AssistantData Open(IReadOnlyList<string> stores, string references, StageContext context, List<TensorStore> opened)
    {
        TensorStore Store(string folder)
        {
            opened.Add(context.OpenStore(folder));
            return opened[^1];
        }

        return new AssistantData(new JoinedSource([.. stores.Select(Store)]), Store(references));
    }
}
