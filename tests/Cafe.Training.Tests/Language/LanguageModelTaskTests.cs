using System.Text;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Language;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using Cafe.Training.Tests.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Language;

public sealed class LanguageModelTaskTests
{
    private const string Model = """
        {
          "model_type": "llama", "hidden_act": "silu", "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2, "num_key_value_heads": 2, "num_hidden_layers": 1,
          "max_position_embeddings": 16, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "vocab_size": 32, "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": true
        }
        """;

    // Rows of 7 and 5 ids that end in replies of 3 and 2; the first id of a row is not predicted.
    private const int OfPrompts = 3 + 2, OfReplies = 3 + 2;

    [Fact]
    public void Loss_WeightOfThePrompt_IsThatOfEachOfItsTokens()
    {
        var (none, half, all) = (Loss(0), Loss(0.5), Loss(1));
        var prompts = ((all * (OfPrompts + OfReplies)) - (none * OfReplies)) / OfPrompts;
        Assert.Equal(((0.5 * prompts * OfPrompts) + (none * OfReplies)) / ((0.5 * OfPrompts) + OfReplies), half, 1e-5);
        Assert.NotEqual(none, all, 1e-4);
    }

    [Fact]
    public void Loss_NoWeightOfThePrompt_IsOfTheRepliesAlone()
    {
        // Without weights at all nothing would be left; an id that ends a row is only predicted, never read.
        Assert.True(double.IsNaN(Loss(0, replies: [0, 0])));
        Assert.NotEqual(Loss(0), Loss(0, last: 9), 1e-4);
    }

    [Fact]
    public void Loss_WeightOfNames_IsThatOfEachOfTheirTokensAndTheNext()
    {
        // The first row names the subject with its reply's second id, the third says that the name is over; the other row has no name.
        var (plain, twice, many) = (Loss(0), Loss(0, nameWeight: 2), Loss(0, nameWeight: 1e6));
        var others = ((plain * OfReplies) - (many * 2)) / (OfReplies - 2);
        Assert.Equal(((others * (OfReplies - 2)) + (2 * many * 2)) / (OfReplies + 2), twice, 1e-4);
        Assert.NotEqual(plain, many, 1e-4);
    }

    [Fact]
    public void Construct_WeightOfNamesBelowOne_NamesIt() =>
        Assert.Contains("name_weight", Assert.ThrowsAny<ArgumentException>(() => Loss(0, nameWeight: 0.5)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    public void Construct_WeightOutsideOfItsRange_NamesIt(double weight) =>
        Assert.Contains("prompt_weight", Assert.ThrowsAny<ArgumentException>(() => Loss(weight)).Message, StringComparison.Ordinal);

    [Fact]
    public void Trained_PartsOfNames_LeaveTheOthersFrozen()
    {
        var specs = Specs();
        var trained = LanguageModelTask.Trained(specs, Options(["o_proj", "norm"], "language"));
        Assert.Equal(specs.Select(spec => spec.Name), trained.Select(spec => spec.Name));
        Assert.Equal(
            ["model.layers.0.input_layernorm.weight", "model.layers.0.post_attention_layernorm.weight", "model.layers.0.self_attn.o_proj.weight", "model.norm.weight"],
            trained.Where(spec => spec.Trainable).Select(spec => spec.Name).Order(StringComparer.Ordinal));
        Assert.All(LanguageModelTask.Trained(specs, Options([], null)), spec => Assert.True(spec.Trainable));
    }

    [Theory]
    [InlineData("o_proj", null, "training.start_from")]
    [InlineData("o_projection", "language", "'o_projection'")]
    public void Trained_PartsThatCannotBe_NamesThem(string part, string? start, string named) =>
        Assert.Contains(named, Assert.Throws<ArgumentException>(() => LanguageModelTask.Trained(Specs(), Options([part], start))).Message, StringComparison.Ordinal);

    private static IReadOnlyList<ParameterSpec> Specs()
    {
        var config = LlamaConfig.From(ModelConfig.Parse("config.json", Encoding.UTF8.GetBytes(Model)));
        return LanguageModelTask.Specs(config, Llama.Plain(config));
    }

    private static LanguageModelOptions Options(IReadOnlyList<string> trainOnly, string? start) => new()
    {
        Stage = "language_model", Output = "language", Model = default, Store = "", TrainOnly = trainOnly, Training = new TrainingOptions { Steps = 1, BatchSize = 2, StartFrom = start },
    };

    private static double Loss(double promptWeight, int last = 2, int[]? replies = null, double nameWeight = 1)
    {
        using var scope = torch.NewDisposeScope();
        var samples = new MemorySource()
            .With(SampleFields.Text, torch.tensor(new[] { 1, 5, 6, 7, 8, 10, last, -1, 1, 11, 12, 13, last, -1, -1, -1 }, ScalarType.Int32).reshape(2, 8))
            .With(SampleFields.Reply, Replies(replies ?? [3, 2]))
            .With(SampleFields.Name, torch.tensor(new[] { 1, 1, -1, -1 }, ScalarType.Int32).reshape(2, 2));
        var options = new LanguageModelOptions
        {
            Stage = "language_model", Output = "language", Model = default, Store = "", PromptWeight = promptWeight, NameWeight = nameWeight, Training = new TrainingOptions { Seed = 1, Steps = 1, BatchSize = 2 },
        };
        using var task = new LanguageModelTask(LlamaConfig.From(ModelConfig.Parse("config.json", Encoding.UTF8.GetBytes(Model))), options, samples, null);
        return task.Loss(new TrainingStep(1, 0, 0, 2, 0)).item<float>();

        // Only how many there are matters.
        static Tensor Replies(int[] lengths) => torch.stack([.. lengths.Select(length => torch.tensor([.. Enumerable.Repeat(3, length), .. Enumerable.Repeat(-1, 4 - length)], ScalarType.Int32))]);
    }
}
