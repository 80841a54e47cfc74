using Cafe.Modeling.Architectures;
using Cafe.Training.Execution;
using Cafe.Training.Language;
using Cafe.Training.Tests.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Language;

/// <summary>Eq. 2 against the reference: both losses, h, and the gradients of V, H and [IMG] under a frozen language model.</summary>
public sealed class AssistantTrainingParityTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backward_OfEq2_GivesTheReferencesGradients(bool recompute)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden("train-assistant");
        var config = LlamaConfig.From(golden.Config);
        using var weights = golden.Weights("model.safetensors");
        using var cafe = golden.Weights("cafe.safetensors");
        using var language = new ParameterSet(LanguageModelTask.Specs(config, Llama.Plain(config), trainable: false));
        language.Load(n => weights.TryGet(n, out var t) ? t : null);
        var features = golden["features"];
        var target = golden["target"];
        using var own = AssistantModel.CreateOwn(config, (int)features.shape[2], (int)target.shape[1], seed: 1);
        own.Load(n => cafe.TryGet(n, out var t) ? t : null);
        using var model = new AssistantModel(config, (int)features.shape[2], (int)target.shape[1], language, own, recompute);
        var rows = features.shape[0];
        var (spoken, predicted) = model.Forward(new AssistantBatch(golden["prompt_ids"], golden["image_position"].expand(rows), features, golden["reply_ids"]));
        var distance = AssistantModel.Distance(SemanticDistance.MeanSquaredError, predicted, target);
        var loss = spoken + 0.5 * distance;
        Golden.AssertClose(golden["loss_lm"], spoken, "loss_lm");
        Golden.AssertClose(golden["loss_d"], distance, "loss_d");
        Golden.AssertClose(golden["loss"], loss, "loss");
        Golden.AssertClose(golden["h"], predicted, "h");
        Golden.AssertClose(golden["loss_cos"], AssistantModel.Distance(SemanticDistance.NegativeCosine, predicted, target), "loss_cos");
        loss.backward();
        foreach (var name in golden.Names.Where(n => n.StartsWith("grad.", StringComparison.Ordinal)))
        {
            Golden.AssertClose(golden[name], own[name["grad.".Length..]].grad!, name);
        }
    }

    [Fact]
    public void Forward_OfRowsOfUnequalLength_EqualsEachRowAlone()
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden("train-assistant");
        var config = LlamaConfig.From(golden.Config);
        using var weights = golden.Weights("model.safetensors");
        using var language = new ParameterSet(LanguageModelTask.Specs(config, Llama.Plain(config), trainable: false));
        language.Load(n => weights.TryGet(n, out var t) ? t : null);
        using var own = AssistantModel.CreateOwn(config, 40, 24, seed: 1);
        using var model = new AssistantModel(config, 40, 24, language, own);
        var features = golden["features"];
        var (prompts, replies) = (golden["prompt_ids"].clone(), golden["reply_ids"].clone());
        prompts[1].narrow(0, 7, 3).fill_(-1);
        replies[1].narrow(0, 4, 2).fill_(-1);
        var positions = tensor(new long[] { 3, 5 });
        var (_, both) = model.Forward(new AssistantBatch(prompts, positions, features, replies));
        var (_, alone) = model.Forward(new AssistantBatch(prompts.narrow(0, 1, 1).narrow(1, 0, 7), positions.narrow(0, 1, 1), features.narrow(0, 1, 1), replies.narrow(0, 1, 1).narrow(1, 0, 4)));
        Golden.AssertClose(alone[0], both[1], "row 1", 1e-5);
    }
}
