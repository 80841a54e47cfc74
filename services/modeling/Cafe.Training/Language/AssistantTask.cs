using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Language;

/// <summary>Eq. 2: V, H and [IMG] under a frozen language model, by the reply's cross-entropy and the distance of h from the target's embedding.</summary>
public sealed class AssistantTask : ITrainingTask
{
    private const int ValidationRows = 128, ValidationBatch = 16;

    private readonly AssistantOptions options;
    private readonly AssistantModel model;
    private readonly AssistantData data;
    private readonly AssistantData? validation;
    private readonly SampleOrder order;

    /// <param name="language">Frozen; stays the caller's.</param>
    public AssistantTask(LlamaConfig config, AssistantOptions options, ParameterSet language, AssistantData data, AssistantData? validation)
    {
        this.options = options;
        this.data = data;
        this.validation = validation;
        var subjectWidth = (int)data.References.Field(SampleFields.Patches).Shape[1];
        var semanticWidth = (int)data.Samples.Field(SampleFields.Semantic).Shape[0];
        var widths = new AssistantWidths(config.HiddenSize, subjectWidth, semanticWidth);
        if (options.Widths is { } expected && expected != widths)
        {
            throw new ArgumentException($"The configuration says {expected}; the language model and the samples have {widths}.");
        }

        Parameters = AssistantModel.CreateOwn(config, subjectWidth, semanticWidth, options.Training.Seed);
        model = new AssistantModel(config, subjectWidth, semanticWidth, language, Parameters, options.Recompute);
        order = new SampleOrder(data.Filled(), options.Training.Seed);
    }

    public ParameterSet Parameters { get; }

    public Tensor Loss(TrainingStep step)
    {
        var (language, distance, _, _) = Losses(data, order.Take(step));
        step.Report("language", language.item<float>());
        step.Report("distance", distance.item<float>());
        return language + options.DistanceWeight * distance;
    }

    public IReadOnlyDictionary<string, double> Validate()
    {
        if (validation is null)
        {
            return new Dictionary<string, double>();
        }

        var rows = validation.Filled().Take(ValidationRows).ToArray();
        var sums = new double[3];
        foreach (var part in rows.Chunk(ValidationBatch))
        {
            using var scope = torch.NewDisposeScope();
            var (language, distance, predicted, target) = Losses(validation, part);
            sums[0] += language.item<float>() * part.Length;
            sums[1] += distance.item<float>() * part.Length;
            sums[2] += nn.functional.cosine_similarity(predicted, target, 1, 1e-8).sum().item<float>();
        }

        return new Dictionary<string, double> { ["held_out_language"] = sums[0] / rows.Length, ["held_out_distance"] = sums[1] / rows.Length, ["held_out_cosine"] = sums[2] / rows.Length };
    }

    public void Dispose()
    {
        model.Dispose();
        Parameters.Dispose();
    }

    private (Tensor Language, Tensor Distance, Tensor Predicted, Tensor Target) Losses(AssistantData from, IReadOnlyList<long> indices)
    {
        var (language, predicted) = model.Forward(from.Batch(indices));
        var target = from.Samples.FloatBatch(SampleFields.Semantic, indices);
        target = options.NormalizeSemantic ? nn.functional.normalize(target, 2, 1) : target;
        return (language, AssistantModel.Distance(options.Distance, predicted, target), predicted, target);
    }
}
