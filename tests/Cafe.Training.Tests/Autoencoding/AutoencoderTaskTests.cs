using System.Text;
using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Autoencoding;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using Cafe.Training.Tests.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Autoencoding;

public sealed class AutoencoderTaskTests
{
    private const string Model = """
        {
          "block_out_channels": [8, 8], "latent_channels": 3, "norm_num_groups": 4, "layers_per_block": 1,
          "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"], "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "use_quant_conv": QUANT
        }
        """;

    [Fact]
    public void StandardizeLatents_EveryChannelHasUnitDeviationAndPicturesStay()
    {
        using var scope = torch.NewDisposeScope();
        using var task = Task(new AutoencoderOptions { Stage = "", Output = "", Model = default, Training = Training(), Stores = [] });
        using var noGrad = torch.no_grad();

        // Channels as unlike as trained ones are.
        task.Parameters["quant_conv.weight"].narrow(0, 0, 3).mul_(torch.tensor(new[] { 40f, 1f, 0.1f }).reshape(-1, 1, 1, 1));
        task.Parameters["quant_conv.bias"].copy_(torch.tensor(new[] { 3f, -2f, 0.5f, -4f, -5f, -6f }));
        var (means, variances, pictures) = Through(task);
        Assert.True(Deviations(means).max().item<float>() > 50 * Deviations(means).min().item<float>());

        task.StandardizeLatents();
        var (standard, standardVariances, decoded) = Through(task);
        Near(torch.zeros(3), standard.mean([0, 2, 3]), 1e-4);
        Near(torch.ones(3), Deviations(standard), 1e-4);
        Near(pictures, decoded, 1e-4);
        Assert.Equal(1, task.MeasureScalingFactor(), 1e-3);

        // The noise of a draw is as large, beside what a channel says, as it was.
        Near((0.5 * variances).exp() / Deviations(means).reshape(1, -1, 1, 1), (0.5 * standardVariances).exp(), 1e-4);

        static Tensor Deviations(Tensor latents) => latents.std([0, 2, 3], unbiased: false);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Construct_StandardLatentsThatCannotBe_NamesTheSetting(bool decoderOnly, bool quant)
    {
        var options = new AutoencoderOptions
        {
            Stage = "", Output = "", Model = default, Stores = [], StandardizeLatents = true, DecoderOnly = decoderOnly, Training = Training() with { StartFrom = "before" },
        };
        Assert.Contains("standardize_latents", Assert.Throws<ArgumentException>(() => Task(options, quant)).Message, StringComparison.Ordinal);
    }

    private static TrainingOptions Training() => new() { Seed = 3, Steps = 1, BatchSize = 2 };

    private static AutoencoderTask Task(AutoencoderOptions options, bool quant = true)
    {
        var config = AutoencoderKlConfig.From(ModelConfig.Parse("config.json", Encoding.UTF8.GetBytes(Model.Replace("QUANT", quant ? "true" : "false", StringComparison.Ordinal))));
        return new AutoencoderTask(config, options with { Crop = 8 }, new MemorySource().With(SampleFields.Target, Pictures()), null);
    }

    private static Tensor Pictures() => torch.arange(12 * 3 * 16 * 16).mul(7919).remainder(251).to(ScalarType.Byte).reshape(12, 3, 16, 16);

    private static (Tensor Means, Tensor LogVariances, Tensor Decoded) Through(AutoencoderTask task)
    {
        var config = AutoencoderKlConfig.From(ModelConfig.Parse("config.json", Encoding.UTF8.GetBytes(Model.Replace("QUANT", "true", StringComparison.Ordinal))));
        // Their weights are the task's, and go with it.
        var encoder = new GraphModule(AutoencoderKl.BuildEncoder(config), task.Parameters);
        var decoder = new GraphModule(AutoencoderKl.BuildDecoder(config), task.Parameters);
        var halves = encoder.Forward(("sample", Pictures().to(ScalarType.Float32).ToUnitRange())).chunk(2, 1);
        return (halves[0], halves[1], decoder.Forward(("latent_sample", halves[0])));
    }

    private static void Near(Tensor expected, Tensor actual, double tolerance) => Assert.True((expected - actual).abs().max().item<float>() <= tolerance, $"{(expected - actual).abs().max().item<float>()}");
}
