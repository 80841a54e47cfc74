using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Encoders;

/// <summary>Both towers of a CLIP: a picture's embedding should be nearest to its own caption's, and the other way round. Equal captions in a batch are not held against each other.</summary>
public sealed class ClipTask : ITrainingTask
{
    /// <summary>As published: the logarithm of the cosines' factor.</summary>
    public const string LogitScale = "logit_scale";

    private readonly ClipConfig config;
    private readonly ClipOptions options;
    private readonly ISampleSource samples;
    private readonly SampleOrder order;
    private readonly GraphModule vision;
    private readonly GraphModule text;

    public ClipTask(ClipConfig config, ClipOptions options, ISampleSource samples)
    {
        this.config = config;
        this.options = options;
        this.samples = samples;
        order = new SampleOrder(Enumerable.Range(0, (int)samples.Count).Select(i => (long)i).Where(HasCaption), options.Training.Seed);
        var (visionGraph, textGraph) = (Clip.BuildVision(config), Clip.BuildText(config));
        Parameters = new ParameterSet([.. ParameterSpec.Of([visionGraph, textGraph]), new(LogitScale, [])]);
        ParameterInitialization.Initialize(Parameters, [visionGraph, textGraph], options.Training.Seed);
        using (torch.no_grad())
        {
            Parameters[LogitScale].fill_(options.LogitScale);
        }

        var blocks = options.Recompute ? GraphBlocks.ByLayer : (Func<string, string?>?)null;
        vision = new GraphModule(visionGraph, Parameters, blocks);
        text = new GraphModule(textGraph, Parameters, blocks);
    }

    public ParameterSet Parameters { get; }

    // No graph reads it, so a pack does not keep it.
    public bool IsForTrainingAlone(string name) => name == LogitScale;

    public Tensor Loss(TrainingStep step)
    {
        var indices = order.Take(step);
        var pictures = options.Preprocess.Apply(samples.FloatBatch(SampleFields.Target, indices), config.ImageSize);
        var ids = samples.Batch(SampleFields.Caption, indices).to(ScalarType.Int64);
        var seen = ids.ge(0);
        var filled = torch.where(seen, ids, torch.full_like(ids, config.EosTokenId));
        var images = vision.Forward(("pixel_values", pictures));
        var texts = text.Forward(("input_ids", filled), ("attention_mask", seen.to(ScalarType.Int64)));
        step.Report("top1", ContrastiveLoss.Accuracy(images, texts));
        return ContrastiveLoss.Of(images, texts, Parameters[LogitScale].clamp_max(Math.Log(100)).exp(), ContrastiveLoss.Same(ids));
    }

    public void Dispose()
    {
        vision.Dispose();
        text.Dispose();
        Parameters.Dispose();
    }

    // Samples whose conversation was dropped have none.
    private bool HasCaption(long index)
    {
        using var scope = torch.NewDisposeScope();
        return samples.Batch(SampleFields.Caption, [index]).flatten()[0].to(ScalarType.Int64).item<long>() >= 0;
    }
}
