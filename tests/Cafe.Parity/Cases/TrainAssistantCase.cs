using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Parity.Runners;
using Cafe.Training.Execution;
using Cafe.Training.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Parity.Cases;

/// <summary>One backward pass of Eq. 2 under a frozen language model: both losses, h, and the gradients of V, H and [IMG].</summary>
internal sealed class TrainAssistantCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["train-assistant"];

    public bool Accepts(Variant variant) => variant.Runner == RunnerKind.Torch;

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        using var scope = NewDisposeScope();
        var config = LlamaConfig.From(golden.Config());
        var weights = golden.Weights();
        var cafe = golden.Own(Checkpoint.Open(golden.File("cafe.safetensors")));
        var (features, target) = (Tensor(golden, "features"), Tensor(golden, "target"));
        using var language = new ParameterSet(LanguageModelTask.Specs(config, Llama.Plain(config, variant.Options), trainable: false));
        language.Load(n => weights.TryGet(n, out var tensor) ? tensor : null);
        using var own = AssistantModel.CreateOwn(config, (int)features.shape[2], (int)target.shape[1], seed: 0);
        own.Load(n => cafe.TryGet(n, out var tensor) ? tensor : null);
        using var model = new AssistantModel(config, (int)features.shape[2], (int)target.shape[1], language, own);
        var batch = new AssistantBatch(Tensor(golden, "prompt_ids"), Tensor(golden, "image_position").expand(features.shape[0]), features, Tensor(golden, "reply_ids"));
        var (spoken, predicted) = model.Forward(batch);
        var distance = AssistantModel.Distance(SemanticDistance.MeanSquaredError, predicted, target);
        var loss = spoken + IndexLine.Of(golden.Path).Number(@"\bloss = loss_lm \+ # loss_d\b") * distance;
        yield return Compare(golden, "loss_lm", spoken);
        yield return Compare(golden, "loss_d", distance);
        yield return Compare(golden, "loss", loss);
        yield return Compare(golden, "loss_cos", AssistantModel.Distance(SemanticDistance.NegativeCosine, predicted, target));
        yield return Compare(golden, "h", predicted);
        loss.backward();
        foreach (var name in golden.Names("grad."))
        {
            yield return Compare(golden, name, own[name["grad.".Length..]].grad!);
        }
    }

    private static Tensor Tensor(GoldenCase golden, string name) => golden.Io[name].ToTensor();

    private static Comparison Compare(GoldenCase golden, string name, Tensor actual) => Comparison.Of(name, HostTensor.From(actual.ToSource(name)), golden.Tensor(name));
}
