using Cafe.Modeling.Architectures;
using Cafe.Modeling.Building;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Diffusion;

/// <summary>
/// Eq. 3: the squared error of what the UNet says of a noisy latent, given C(y) and E(x), each dropped now and then so that guidance has its branches. Epsilon, v or sample prediction, by the schedule.
/// </summary>
public sealed class UNetTask : ITrainingTask
{
    private readonly UNetConfig config;
    private readonly DiffusionOptions options;
    private readonly NoiseSchedule schedule;
    private readonly IReadOnlyList<(UNetPhase Phase, SampleOrder Order)> phases;
    private readonly GraphModule unet;
    private readonly IReadOnlyList<SubjectAttention> attentions;

    /// <param name="phases">In order; at least one.</param>
    /// <param name="recompute">Keeps activations of no layer but computes them again: less memory, a third more time.</param>
    public UNetTask(UNetConfig config, NoiseScheduleOptions noise, DiffusionOptions options, IReadOnlyList<UNetPhase> phases, long seed, bool recompute = false)
    {
        options.Validate();
        var latents = phases[0].Data.Samples.Field(SampleFields.Latents).Shape[0] / 2;
        var channels = latents + (options.CoordinateChannels ? 2 : 0);
        if (config.InChannels != channels || config.OutChannels != latents)
        {
            throw new ArgumentException($"in_channels and out_channels must be {channels} and {latents} for these latents; they are {config.InChannels} and {config.OutChannels}.");
        }

        this.config = config;
        this.options = options;
        this.phases = [.. phases.Select(p => (p, new SampleOrder(p.Data.Kept(), seed)))];
        schedule = new NoiseSchedule(noise);
        var graph = UNet.BuildWhole(config);
        attentions = options.AlignmentWeight > 0 ? SubjectAttention.Find(graph, config) : [];
        Parameters = new ParameterSet([.. ParameterSpec.Of([graph]), .. Nulls()]);
        ParameterInitialization.Initialize(Parameters, [graph], seed, EndsBranch);
        unet = new GraphModule(graph, Parameters, recompute ? GraphBlocks.ByLayer : null, ["out_sample", .. attentions.SelectMany(a => new[] { a.Query, a.Key })]);
    }

    public ParameterSet Parameters { get; }

    public Tensor Loss(TrainingStep step)
    {
        var (phase, order) = phases.FirstOrDefault(p => step.Number < p.Phase.Until, phases[^1]);
        var data = phase.Data;
        var indices = order.Take(step);
        var clean = Latents(data, step, indices);
        var timesteps = Timesteps(step);
        var (noisy, wanted, weights) = schedule.Corrupt(clean, step.Normal(clean.shape), timesteps);
        var semantic = Semantic(data, step, indices);
        var subject = data.References.FloatBatch(SampleFields.Patches, Rows(data, indices));
        var keepsSubject = Keeps(step, options.DropSubject);
        semantic = Drop(semantic, Keeps(step, options.DropSemantic), CafeWeights.NullSemantic);
        subject = Drop(subject, keepsSubject, CafeWeights.NullSubject);
        var outputs = unet.Forward(new Dictionary<string, Tensor>
        {
            ["sample"] = options.CoordinateChannels ? CoordinateChannels.Append(noisy) : noisy,
            ["timestep"] = timesteps.to(ScalarType.Float32),
            ["subject_strength"] = torch.ones(step.BatchSize),
            ["semantic"] = semantic,
            ["subject"] = subject,
        });
        var loss = SquaredError(data, outputs["out_sample"], wanted, weights, indices);
        if (options.AlignmentWeight == 0)
        {
            return loss;
        }

        step.Report("squared_error", loss.item<float>());
        var alignment = Alignment(data, outputs, clean, indices, schedule.Table.index_select(0, timesteps).sqrt() * keepsSubject.reshape(-1));
        step.Report("alignment", alignment.item<float>());
        return loss + options.AlignmentWeight * alignment;
    }

    public void Dispose()
    {
        unet.Dispose();
        Parameters.Dispose();
        schedule.Dispose();
    }

    // As published diffusion models begin: every residual branch, and the whole, at zero.
    private static bool EndsBranch(string name) => new[] { "conv2.weight", "proj_out.weight", "conv_out.weight" }.Any(end => name.EndsWith(end, StringComparison.Ordinal));

    private IEnumerable<ParameterSpec> Nulls() => options.LearnNull
        ? [new(CafeWeights.NullSemantic, [1, config.SemanticWidth]), new(CafeWeights.NullSubject, [phases[0].Phase.Data.References.Field(SampleFields.Patches).Shape[0], config.SubjectWidth])]
        : [];

    private Tensor Latents(UNetData data, TrainingStep step, IReadOnlyList<long> indices)
    {
        var halves = data.Samples.FloatBatch(SampleFields.Latents, indices).chunk(2, 1);
        var latents = options.SampleLatents ? halves[0] + (halves[1] * 0.5).exp() * step.Normal(halves[0].shape) : halves[0];
        return latents * data.ScalingFactor;
    }

    // [B] from 0 to steps - 1.
    private Tensor Timesteps(TrainingStep step)
    {
        var place = step.Uniform(step.BatchSize);
        return (place * schedule.Steps).floor().clamp(0, schedule.Steps - 1).to(ScalarType.Int64);
    }

    // [B, 1, width]
    private Tensor Semantic(UNetData data, TrainingStep step, IReadOnlyList<long> indices)
    {
        var semantic = data.Samples.FloatBatch(SampleFields.Semantic, indices);
        if (options.PredictedSemantic > 0)
        {
            var predicted = data.Samples.FloatBatch(SampleFields.PredictedSemantic, indices);
            semantic = torch.where(step.Uniform(step.BatchSize, 1) < options.PredictedSemantic, predicted, semantic);
        }

        if (options.SemanticNoise > 0)
        {
            var size = semantic.square().mean([1], keepdim: true).sqrt();
            semantic = semantic + size * options.SemanticNoise * step.Normal(semantic.shape);
        }

        return (options.NormalizeSemantic ? nn.functional.normalize(semantic, 2, 1) : semantic).unsqueeze(1);
    }

    private static IReadOnlyList<long> Rows(UNetData data, IReadOnlyList<long> indices) =>
        data.Samples.Has(SampleFields.ReferenceRow) ? [.. indices.Select(i => data.Samples.Number(SampleFields.ReferenceRow, i))] : indices;

    // [B, 1, 1]: 1 where the condition stays.
    private static Tensor Keeps(TrainingStep step, double drop) => (step.Uniform(step.BatchSize, 1, 1) >= drop).to(ScalarType.Float32);

    private Tensor Drop(Tensor condition, Tensor keeps, string nullName) => options.LearnNull
        ? condition * keeps + Parameters[nullName] * (1 - keeps)
        : condition * keeps;

    // rows: [B, 1, 1, 1].
    private Tensor SquaredError(UNetData data, Tensor output, Tensor wanted, Tensor rows, IReadOnlyList<long> indices)
    {
        var squares = (output - wanted).square() * rows;
        if (options.SubjectWeight == 0 && options.AccessoryWeight == 0)
        {
            return squares.mean();
        }

        var weights = torch.ones(output.shape[0], 1, output.shape[2], output.shape[3]);
        foreach (var (field, weight) in new[] { (SampleFields.Mask, options.SubjectWeight), (SampleFields.Worn, options.AccessoryWeight) })
        {
            if (weight > 0)
            {
                weights = weights + weight * nn.functional.adaptive_avg_pool2d(Coverage(data, field, indices).unsqueeze(1), [output.shape[2], output.shape[3]]);
            }
        }

        return (squares * weights).mean() / weights.mean();
    }

    // [B, H, W] in [0, 1].
    private static Tensor Coverage(UNetData data, string field, IReadOnlyList<long> indices) => data.Samples.FloatBatch(field, indices) / 255;

    private Tensor Alignment(UNetData data, IReadOnlyDictionary<string, Tensor> outputs, Tensor latents, IReadOnlyList<long> indices, Tensor rowWeights)
    {
        var affine = data.Samples.FloatBatch(SampleFields.Affine, indices);
        var mask = Coverage(data, SampleFields.Mask, indices);

        // Where nobody knows the subject's place, there is nothing to align with.
        rowWeights = rowWeights * mask.flatten(1).amax(1).gt(0).to(ScalarType.Float32);
        var targets = new Dictionary<long, (Tensor Tokens, Tensor Weights)>();
        var sum = torch.zeros(1).sum();
        foreach (var attention in attentions)
        {
            var (query, key) = (outputs[attention.Query], outputs[attention.Key]);
            var count = query.shape[2];
            if (!targets.TryGetValue(count, out var target))
            {
                // Levels halve both sides; latents keep the pictures' proportions.
                var rows = (long)Math.Round(Math.Sqrt(count * latents.shape[2] / (double)latents.shape[3]));
                var grid = (long)Math.Round(Math.Sqrt(key.shape[2] - 1));
                target = targets[count] = AlignmentLoss.Targets(affine, mask, (rows, count / rows), grid, data.ReferenceSize);
            }

            sum = sum + AlignmentLoss.Of(query, key, target.Tokens, target.Weights, rowWeights);
        }

        return sum / attentions.Count;
    }
}
