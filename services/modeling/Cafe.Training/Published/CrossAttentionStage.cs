using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Stages;

namespace Cafe.Training.Published;

/// <summary>
/// Takes a published text-to-image UNet and puts CAFE's cross-attention in its text attention's place: keys and values of both conditions, of their own widths. Keys begin at random,
/// values at zero, so that training starts from what the UNet draws without any words.
/// </summary>
public sealed class CrossAttentionStage : IStage
{
    private const string WeightsFile = "diffusion_pytorch_model.safetensors";

    private static readonly string[] Keys = [".attn2.to_k.weight", ".attn2.to_k_subject.weight"];
    private static readonly string[] Values = [".attn2.to_v.weight", ".attn2.to_v_subject.weight"];

    public string Kind => "cross_attention";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) =>
        [new PlannedPart("new cross-attention", 0, 0, 0, 0, StageJson.Parse<CrossAttentionOptions>(config).Unet)];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<CrossAttentionOptions>(config);
        var model = context.ReadConfig(options.Unet);
        var graph = UNet.BuildWhole(UNetConfig.From(model, options.SemanticWidth, options.SubjectWidth));
        using var published = Checkpoint.Open(context.Path(options.Unet)).Where(name => !IsNew(name));
        var strict = new StrictWeights(published);
        List<TensorSource> tensors = [.. ParameterSpec.Of([graph]).Select(spec => IsNew(spec.Name) ? Begin(spec, options.Seed) : strict.Take(spec.Name, [.. spec.Shape]))];
        strict.Complete();
        cancellation.ThrowIfCancellationRequested();
        context.WriteModel(Path.Combine(options.Output, "unet"), model.Json, WeightsFile, tensors);
    }

    private static bool IsNew(string name) => Ends(name, Keys) || Ends(name, Values);

    private static bool Ends(string name, string[] suffixes) => Array.Exists(suffixes, suffix => name.EndsWith(suffix, StringComparison.Ordinal));

    // The deviation of torch's default for linear layers.
    private static TensorSource Begin(ParameterSpec spec, ulong seed) => Ends(spec.Name, Values)
        ? MemoryTensor.FromFloats(spec.Name, [.. spec.Shape], new float[spec.Count])
        : new RandomTensor(spec.Name, TensorType.Float32, [.. spec.Shape], seed, (float)(1 / Math.Sqrt(3.0 * spec.Shape[1])));
}
