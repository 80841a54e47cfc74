using Cafe.Modeling.Architectures;
using Cafe.Training.Encoders;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Evaluators;

/// <summary>
/// One network for both sides: a composite's embedding should be nearest to its own subject's reference, and tell scene, accessory and look. Of another architecture, seed and objective than
/// anything that conditions.
/// </summary>
public sealed class EvaluatorTask : ITrainingTask
{
    private const int ValidationRows = 256, ValidationBatch = 32;

    private readonly PictureCnnConfig config;
    private readonly EvaluatorOptions options;
    private readonly ISampleSource samples;
    private readonly ISampleSource? validation;
    private readonly IReadOnlyList<SampleOrder> orders;
    private readonly GraphModule network;

    public EvaluatorTask(PictureCnnConfig config, EvaluatorOptions options, ISampleSource samples, ISampleSource? validation)
    {
        this.config = config;
        this.options = options;
        this.samples = samples;
        this.validation = validation;
        orders = [.. Groups().Select(group => new SampleOrder(group, options.Training.Seed))];
        var graph = PictureCnn.Build(config);
        Parameters = new ParameterSet(ParameterSpec.Of([graph]), channelsLast: options.ChannelsLast);
        ParameterInitialization.Initialize(Parameters, [graph], options.Training.Seed, n => n.EndsWith("conv2.weight", StringComparison.Ordinal));
        network = new GraphModule(graph, Parameters);
    }

    public ParameterSet Parameters { get; }

    public Tensor Loss(TrainingStep step)
    {
        var indices = Take(step);
        var outputs = Run(samples, SampleFields.Target, indices, null);
        var loss = torch.zeros(1).sum();
        foreach (var head in config.Heads)
        {
            var logits = outputs[$"{head.Key}_logits"];
            var labels = Labels(samples, head.Key, head.Value, indices);
            step.Report($"{head.Key}_top1", logits.argmax(1).eq(labels).to(ScalarType.Float32).mean().item<float>());
            loss = loss + options.HeadWeight * nn.functional.cross_entropy(logits, labels);
        }

        if (options.IdentityWeight > 0)
        {
            var references = Run(samples, SampleFields.Reference, indices, step)["embedding"];
            var same = ContrastiveLoss.Same(samples.Batch(SampleFields.Subject, indices));
            step.Report("identity_top1", ContrastiveLoss.Accuracy(outputs["embedding"], references));
            loss = loss + options.IdentityWeight * ContrastiveLoss.Of(outputs["embedding"], references, torch.tensor(1 / options.Temperature, ScalarType.Float32), same);
        }

        return loss;
    }

    public IReadOnlyDictionary<string, double> Validate()
    {
        var figures = new Dictionary<string, double>();
        if (validation is null)
        {
            return figures;
        }

        using var scope = torch.NewDisposeScope();
        long[] rows = [.. Enumerable.Range(0, (int)Math.Min(ValidationRows, validation.Count)).Select(i => (long)i)];
        var (targets, references) = (new List<Tensor>(), new List<Tensor>());
        var right = config.Heads.ToDictionary(h => h.Key, _ => 0L);
        foreach (var part in rows.Chunk(ValidationBatch))
        {
            var outputs = Run(validation, SampleFields.Target, part, null);
            targets.Add(outputs["embedding"]);
            references.Add(Run(validation, SampleFields.Reference, part, null)["embedding"]);
            foreach (var head in config.Heads)
            {
                right[head.Key] += outputs[$"{head.Key}_logits"].argmax(1).eq(Labels(validation, head.Key, head.Value, part)).sum().item<long>();
            }
        }

        foreach (var (name, count) in right)
        {
            figures[$"held_out_{name}_top1"] = count / (double)rows.Length;
        }

        if (options.IdentityWeight > 0)
        {
            figures["held_out_identity_top1"] = TopOneBySubject(torch.cat(targets, 0), torch.cat(references, 0), validation, rows);
        }

        return figures;
    }

    public void Dispose()
    {
        network.Dispose();
        Parameters.Dispose();
    }

    private IEnumerable<IEnumerable<long>> Groups()
    {
        var all = Enumerable.Range(0, (int)samples.Count).Select(i => (long)i);
        return options.BatchBy is { } column ? all.GroupBy(i => samples.Number(column, i)).OrderBy(group => group.Key) : [all];
    }

    // The groups take turns.
    private IReadOnlyList<long> Take(TrainingStep step)
    {
        var (round, group) = Math.DivRem(step.Number, orders.Count);
        return orders[(int)group].Take(step.First - ((step.Number - round) * options.Training.BatchSize), step.BatchSize);
    }

    // Among one reference of each subject, is the nearest that of the target's?
    private static double TopOneBySubject(Tensor targets, Tensor references, ISampleSource source, IReadOnlyList<long> rows)
    {
        var subjects = rows.Select(r => source.Number(SampleFields.Subject, r)).ToArray();
        var firsts = subjects.Select((subject, i) => (subject, i)).DistinctBy(p => p.subject).ToArray();
        var gallery = references.index_select(0, torch.tensor(firsts.Select(f => (long)f.i).ToArray()));
        var nearest = nn.functional.normalize(targets, 2, 1).matmul(nn.functional.normalize(gallery, 2, 1).t()).argmax(1).cpu().data<long>().ToArray();
        return nearest.Select((found, i) => firsts[found].subject == subjects[i] ? 1.0 : 0).Average();
    }

    private static Tensor Labels(ISampleSource source, string field, int classes, IReadOnlyList<long> indices)
    {
        var labels = source.Batch(field, indices).to(ScalarType.Int64);
        return torch.where(labels.ge(0), labels, torch.full_like(labels, classes - 1));
    }

    private IReadOnlyDictionary<string, Tensor> Run(ISampleSource source, string field, IReadOnlyList<long> indices, TrainingStep? step)
    {
        var pictures = source.FloatBatch(field, indices);
        if (step is not null && options.ReferenceViews is { } views)
        {
            pictures = views.Apply(step, pictures);
        }

        return network.Forward(new Dictionary<string, Tensor> { ["pixel_values"] = pictures.ToUnitRange() });
    }
}
