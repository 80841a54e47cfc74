using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Encoders;

/// <summary>
/// Trains a DINOv2 from nothing: each patch embedding predicts the latents of its own place (so that what the UNet must draw is nearly linear in what it is given), and CLS tells views of
/// one subject from others'.
/// </summary>
public sealed class SubjectEncoderTask : ITrainingTask
{
    private const string DenseWeight = "dense_head.weight", DenseBias = "dense_head.bias", ContrastHead = "contrast_head.weight";

    private readonly Dinov2Config config;
    private readonly SubjectEncoderOptions options;
    private readonly ISampleSource samples;
    private readonly double scaling;
    private readonly SampleOrder order;
    private readonly GraphModule encoder;

    /// <param name="scaling">The autoencoder's scaling factor.</param>
    public SubjectEncoderTask(Dinov2Config config, SubjectEncoderOptions options, ISampleSource samples, double scaling)
    {
        this.config = config;
        this.options = options;
        this.samples = samples;
        this.scaling = scaling;
        order = new SampleOrder(Enumerable.Range(0, (int)samples.Count).Select(i => (long)i), options.Training.Seed);
        var graph = Dinov2.Build(config, config.ImageSize, config.ImageSize);
        var latents = samples.Field(SampleFields.ReferenceLatents).Shape[0] / 2;
        Parameters = new ParameterSet(
        [
            .. ParameterSpec.Of([graph]),
            new(DenseWeight, [latents, config.HiddenSize]),
            new(DenseBias, [latents]),
            new(ContrastHead, [options.ContrastWidth, config.HiddenSize]),
        ]);
        ParameterInitialization.Initialize(Parameters, [graph], options.Training.Seed);
        using (torch.no_grad())
        {
            Parameters["embeddings.position_embeddings"].mul_(options.PositionScale);
        }

        encoder = new GraphModule(graph, Parameters, options.Recompute ? GraphBlocks.ByLayer : null);
    }

    public ParameterSet Parameters { get; }

    /// <summary>Names that belong to the trained model; the heads are for training alone.</summary>
    public static bool IsKept(string name) => !name.StartsWith("dense_head.", StringComparison.Ordinal) && !name.StartsWith("contrast_head.", StringComparison.Ordinal);

    public bool IsForTrainingAlone(string name) => !IsKept(name);

    public Tensor Loss(TrainingStep step)
    {
        var indices = order.Take(step);
        var pictures = samples.FloatBatch(SampleFields.Reference, indices);
        var both = torch.cat([pictures, options.Views.Apply(step, pictures)], 0);
        var tokens = encoder.Forward(("pixel_values", options.Preprocess.Apply(both, config.ImageSize)));     // [2 B, T, D]
        var dense = Dense(tokens.narrow(0, 0, step.BatchSize), indices);
        var views = nn.functional.linear(tokens.select(1, 0), Parameters[ContrastHead]).chunk(2, 0);
        var same = ContrastiveLoss.Same(samples.Batch(SampleFields.Subject, indices));
        var contrast = ContrastiveLoss.Of(views[0], views[1], torch.tensor(1 / options.Temperature, ScalarType.Float32), same);
        step.Report("dense", dense.item<float>());
        step.Report("contrast", contrast.item<float>());
        step.Report("top1", ContrastiveLoss.Accuracy(views[0], views[1]));
        return options.DenseWeight * dense + options.ContrastWeight * contrast;
    }

    public void Dispose()
    {
        encoder.Dispose();
        Parameters.Dispose();
    }

    // Mean squared error of latents at unit deviation, averaged over each patch.
    private Tensor Dense(Tensor tokens, IReadOnlyList<long> indices)
    {
        var means = samples.FloatBatch(SampleFields.ReferenceLatents, indices).chunk(2, 1)[0] * scaling;
        var wanted = nn.functional.adaptive_avg_pool2d(means, [config.Grid, config.Grid]).flatten(2).transpose(1, 2);      // [B, patches, C]
        var predicted = nn.functional.linear(tokens.narrow(1, 1, tokens.shape[1] - 1), Parameters[DenseWeight], Parameters[DenseBias]);
        return nn.functional.mse_loss(predicted, wanted);
    }
}
