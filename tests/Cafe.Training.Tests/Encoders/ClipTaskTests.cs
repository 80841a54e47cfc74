using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Architectures;
using Cafe.Training.Encoders;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using Cafe.Training.Tests.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Encoders;

public sealed class ClipTaskTests
{
    private const int Pictures = 4;

    private const string Model = """
        {
          "model_type": "clip", "projection_dim": 8,
          "text_config": { "vocab_size": 64, "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1, "max_position_embeddings": 8, "eos_token_id": 63, "bos_token_id": 62, "hidden_act": "quick_gelu", "projection_dim": 8 },
          "vision_config": { "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1, "image_size": 16, "patch_size": 8, "num_channels": 3, "hidden_act": "quick_gelu", "projection_dim": 8 }
        }
        """;

    [Fact]
    public void Loss_SettingsOfEqualFactsWordedDifferently_AreNotHeldAgainstEachOther()
    {
        Assert.Equal(0, Loss(settingShare: 1, accessories: [-1, -1, -1, -1]), 1e-5);
        Assert.True(Loss(settingShare: 0, accessories: [-1, -1, -1, -1]) > 0.1);
    }

    [Fact]
    public void Loss_OneAccessoryAmongEqualSettings_HasToBeSeen() => Assert.True(Loss(settingShare: 1, accessories: [2, -1, -1, -1]) > 0.1);

    [Fact]
    public void Loss_StepsOfOneScene_StandEvenlyAmongTheOthersAndGoRoundTheScenes()
    {
        // Two scenes of two pictures each: a batch of one scene holds either picture twice.
        int[] scenes = [0, 1, 0, 1];
        var losses = Enumerable.Range(0, 8).Select(step => Loss(0, [-1, -1, -1, -1], oneSceneShare: 0.5, scenes, step)).ToList();
        var mixed = Loss(0, [-1, -1, -1, -1]);
        Assert.All([0, 2, 4, 6], step => Assert.Equal(mixed, losses[step], 1e-5));
        Assert.Equal(losses[1], losses[5], 1e-5);
        Assert.Equal(losses[3], losses[7], 1e-5);
        Assert.Equal(3, new[] { mixed, losses[1], losses[3] }.Select(loss => Math.Round(loss, 4)).Distinct().Count());
    }

    [Theory]
    [InlineData(-0.1, 0, "setting_share")]
    [InlineData(1.5, 0, "setting_share")]
    [InlineData(0, -0.1, "one_scene_share")]
    [InlineData(0, 1.5, "one_scene_share")]
    public void Construct_ShareOutsideOfItsRange_NamesIt(double settings, double oneScene, string name)
    {
        var thrown = Assert.ThrowsAny<ArgumentException>(() => Loss(settings, [-1, -1, -1, -1], oneScene));
        Assert.Contains(name, thrown.Message, StringComparison.Ordinal);
    }

    private static double Loss(double settingShare, long[] accessories, double oneSceneShare = 0, int[]? scenes = null, long number = 0)
    {
        using var scope = torch.NewDisposeScope();
        var zeros = torch.zeros(Pictures, ScalarType.Int32);
        var samples = new MemorySource()
            .With(SampleFields.Target, torch.arange(Pictures * 3 * 16 * 16).remainder(251).reshape(Pictures, 3, 16, 16).to(ScalarType.Byte))
            .With(SampleFields.Caption, Words(1))
            .With(SampleFields.Setting, Words(20))
            .With(SampleFields.Scene, scenes is null ? zeros : torch.tensor(scenes)).With(SampleFields.Look, zeros).With(SampleFields.Accessory, torch.tensor(accessories).to(ScalarType.Int32));
        var options = new ClipOptions
        {
            Stage = "clip", Output = "clip", Model = default, Stores = [], SettingShare = settingShare, OneSceneShare = oneSceneShare,
            Training = new TrainingOptions { Seed = 1, Steps = 1, BatchSize = Pictures },
        };
        using var task = new ClipTask(ClipConfig.From(ModelConfig.Parse("config.json", System.Text.Encoding.UTF8.GetBytes(Model))), options, samples);
        return task.Loss(new TrainingStep(1, number, 0, Pictures, number * Pictures)).item<float>();

        // Every picture's words are its own.
        static Tensor Words(int first) => torch.stack([.. Enumerable.Range(first, Pictures).Select(id => torch.tensor(new[] { 62, id, 63, -1 }, ScalarType.Int32))]);
    }
}
