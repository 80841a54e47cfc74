using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Language;
using Cafe.Training.Optimization;
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
    private readonly IReadOnlyList<SampleOrder> byScene;
    private readonly GraphModule vision;
    private readonly GraphModule text;

    public ClipTask(ClipConfig config, ClipOptions options, ISampleSource samples)
    {
        AdamWOptions.Check(options.SettingShare is >= 0 and <= 1, "setting_share must be in [0, 1]", options.SettingShare);
        AdamWOptions.Check(options.OneSceneShare is >= 0 and <= 1, "one_scene_share must be in [0, 1]", options.OneSceneShare);
        this.config = config;
        this.options = options;
        this.samples = samples;
        var filled = TokenRows.Filled(samples, SampleFields.Caption).ToList();
        order = new SampleOrder(filled, options.Training.Seed);
        byScene = options.OneSceneShare > 0
            ? [.. filled.GroupBy(i => samples.Number(SampleFields.Scene, i)).OrderBy(scene => scene.Key).Select(scene => new SampleOrder(scene, options.Training.Seed))]
            : [];
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
        var indices = Order(step).Take(step);
        var pictures = options.Preprocess.Apply(samples.FloatBatch(SampleFields.Target, indices), config.ImageSize);
        var (ids, same) = Captions(step, indices);
        var seen = ids.ge(0);
        var filled = torch.where(seen, ids, torch.full_like(ids, config.EosTokenId));
        var images = vision.Forward(("pixel_values", pictures));
        var texts = text.Forward(("input_ids", filled), ("attention_mask", seen.to(ScalarType.Int64)));
        step.Report("top1", ContrastiveLoss.Accuracy(images, texts));
        return ContrastiveLoss.Of(images, texts, Parameters[LogitScale].clamp_max(Math.Log(100)).exp(), same);
    }

    public void Dispose()
    {
        vision.Dispose();
        text.Dispose();
        Parameters.Dispose();
    }

    // Steps of one scene stand evenly among the others, and go round the scenes.
    private SampleOrder Order(TrainingStep step)
    {
        var (before, after) = ((long)(step.Number * options.OneSceneShare), (long)((step.Number + 1) * options.OneSceneShare));
        return after > before ? byScene[(int)(before % byScene.Count)] : order;
    }

    // Ids [B, positions], and which pairs say the same: equal words, or settings that are worded differently.
    private (Tensor Ids, Tensor Same) Captions(TrainingStep step, IReadOnlyList<long> indices)
    {
        var ids = samples.Batch(SampleFields.Caption, indices).to(ScalarType.Int64);
        if (options.SettingShare == 0)
        {
            return (ids, ContrastiveLoss.Same(ids));
        }

        var settings = samples.Batch(SampleFields.Setting, indices).to(ScalarType.Int64);
        var chosen = (step.Uniform(step.BatchSize) < options.SettingShare).logical_and(settings.select(1, 0).ge(0));
        ids = torch.where(chosen.unsqueeze(1), settings, ids);
        var facts = torch.stack([.. new[] { SampleFields.Scene, SampleFields.Accessory, SampleFields.Look }.Select(field => samples.Batch(field, indices).flatten())], 1);
        var pairs = chosen.unsqueeze(0).logical_and(chosen.unsqueeze(1));
        return (ids, ContrastiveLoss.Same(ids).logical_or(ContrastiveLoss.Same(facts).logical_and(pairs)));
    }
}
