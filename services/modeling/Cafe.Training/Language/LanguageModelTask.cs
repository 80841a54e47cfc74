using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Language;

/// <summary>Trains a Llama from nothing to continue conversations, with a description in the picture's place.</summary>
public sealed class LanguageModelTask : ITrainingTask
{
    private const int ValidationRows = 128;

    private readonly ISampleSource samples;
    private readonly ISampleSource? validation;
    private readonly LengthOrder order;
    private readonly GraphModule llama;
    private readonly double promptWeight;
    private readonly double nameWeight;

    public LanguageModelTask(LlamaConfig config, LanguageModelOptions options, ISampleSource samples, ISampleSource? validation)
    {
        this.samples = samples;
        this.validation = validation;
        promptWeight = options.PromptWeight is >= 0 and <= 1 ? options.PromptWeight : throw new ArgumentException($"prompt_weight must be in [0, 1], not {options.PromptWeight}.");
        nameWeight = options.NameWeight >= 1 ? options.NameWeight : throw new ArgumentException($"name_weight must be 1 or more, not {options.NameWeight}.");
        order = new LengthOrder(new SampleOrder(TokenRows.Filled(samples, SampleFields.Text), options.Training.Seed), TokenRows.LengthOfEach(samples, SampleFields.Text), options.Training.Seed);
        var graph = Llama.Plain(config);
        Parameters = new ParameterSet(Trained(Specs(config, graph), options));
        ParameterInitialization.Initialize(Parameters, [graph], options.Training.Seed);
        llama = new GraphModule(graph, Parameters, options.Recompute ? GraphBlocks.ByLayer : null, "logits");
    }

    public ParameterSet Parameters { get; }

    /// <summary>The graph's weights and the table of input embeddings, which is no part of it.</summary>
    public static IReadOnlyList<ParameterSpec> Specs(LlamaConfig config, Modeling.Graphs.Graph graph, bool trainable = true) =>
        [.. ParameterSpec.Of([graph], _ => trainable).Where(s => s.Name != Llama.EmbedTokens), new(Llama.EmbedTokens, [config.VocabSize, config.HiddenSize], trainable)];

    /// <summary>The weights, those frozen that <see cref="LanguageModelOptions.TrainOnly"/> leaves out.</summary>
    /// <exception cref="ArgumentException">There is no model to start from, or a part is part of no weight's name.</exception>
    public static IReadOnlyList<ParameterSpec> Trained(IReadOnlyList<ParameterSpec> specs, LanguageModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(specs);
        ArgumentNullException.ThrowIfNull(options);
        if (options.TrainOnly.Count == 0)
        {
            return specs;
        }

        if (options.Training.StartFrom is null)
        {
            throw new ArgumentException("train_only needs training.start_from: weights that are not trained must come from somewhere.");
        }

        return options.TrainOnly.FirstOrDefault(part => !specs.Any(spec => Has(spec, part))) is { } stranger
            ? throw new ArgumentException($"train_only '{stranger}' is part of no weight's name.")
            : [.. specs.Select(spec => spec with { Trainable = options.TrainOnly.Any(part => Has(spec, part)) })];

        static bool Has(ParameterSpec spec, string part) => spec.Name.Contains(part, StringComparison.Ordinal);
    }

    public Tensor Loss(TrainingStep step) => Loss(samples, order.Take(step), step);

    public IReadOnlyDictionary<string, double> Validate()
    {
        if (validation is null)
        {
            return new Dictionary<string, double>();
        }

        using var scope = torch.NewDisposeScope();
        var rows = TokenRows.Filled(validation, SampleFields.Text).Take(ValidationRows).ToArray();
        return new Dictionary<string, double> { ["held_out"] = Loss(validation, rows).item<float>() };
    }

    public void Dispose()
    {
        llama.Dispose();
        Parameters.Dispose();
    }

    // Every token from those before it.
    private Tensor Loss(ISampleSource source, IReadOnlyList<long> rows, TrainingStep? step = null)
    {
        var ids = TokenRows.Trimmed(source.Batch(SampleFields.Text, rows));                  // [B, S]
        var length = ids.shape[1];
        var given = ids.narrow(1, 0, length - 1).clamp_min(0);
        var embeds = Parameters[Llama.EmbedTokens].index_select(0, given.reshape(-1)).reshape(given.shape[0], given.shape[1], -1);
        var logits = llama.Forward(("inputs_embeds", embeds));
        var wanted = ids.narrow(1, 1, length - 1);
        var losses = nn.functional.cross_entropy(logits.reshape(wanted.numel(), -1), wanted.reshape(-1), reduction: nn.Reduction.None, ignore_index: TokenRows.Padding).reshape(wanted.shape);
        var weights = Weights(source, rows, ids).narrow(1, 1, length - 1);
        if (step is not null && nameWeight > 1)
        {
            var names = weights.gt(1);
            step.Report("names", ((losses * names).sum() / names.sum().clamp_min(1)).item<float>());
        }

        return (losses * weights).sum() / weights.sum();
    }

    // [B, S]: 1 for the reply, which ends each row, or the name's weight, the prompt's weight before it, 0 for padding.
    private Tensor Weights(ISampleSource source, IReadOnlyList<long> rows, Tensor ids)
    {
        var isText = ids.ne(TokenRows.Padding);
        var place = torch.arange(ids.shape[1], device: ids.device).unsqueeze(0) - (isText.sum(1) - TokenRows.Lengths(source.Batch(SampleFields.Reply, rows))).unsqueeze(1);    // from the reply's start
        var weights = torch.where(place >= 0, 1f, (float)promptWeight);
        if (nameWeight > 1)
        {
            var names = source.Batch(SampleFields.Name, rows).to(ScalarType.Int64);
            var (first, count) = (names.narrow(1, 0, 1), names.narrow(1, 1, 1));
            weights = torch.where((count > 0) & (place >= first) & (place <= first + count), (float)nameWeight, weights);
        }

        return weights * isText;
    }
}
