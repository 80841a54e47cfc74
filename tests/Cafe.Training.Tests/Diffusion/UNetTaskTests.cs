using System.Text;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Diffusion;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using Cafe.Training.Tests.Running;
using Cafe.Training.Tests.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Diffusion;

public sealed class UNetTaskTests
{
    private const int Latents = 4, Semantic = 6, Subject = 8, Grid = 4;

    private static readonly TrainingOptions Options = new() { Steps = 40, BatchSize = 4, LogEvery = 10, LearningRate = new() { Peak = 3e-3, WarmUp = 5 } };

    public static TheoryData<DiffusionOptions> Recipes =>
    [
        new DiffusionOptions(),
        new DiffusionOptions { CoordinateChannels = true, SubjectWeight = 3, AccessoryWeight = 5, LearnNull = true, SemanticNoise = 0.1, PredictedSemantic = 0.5 },
        new DiffusionOptions { AlignmentWeight = 0.1, NormalizeSemantic = true, SampleLatents = false },
    ];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Loss_OfOnePictureForAll_Falls(DiffusionOptions diffusion)
    {
        using var folder = new TemporaryFolder();
        var report = new SilentReport();
        using var task = Make(diffusion);
        using var loop = new TrainingLoop("unet", folder.Path, task, Options, report, TimeProvider.System);
        loop.Run();
        Assert.True(report.Points[^1].Loss < 0.9 * report.Points[0].Loss, $"{report.Points[0].Loss} to {report.Points[^1].Loss}");
        if (diffusion.AlignmentWeight > 0)
        {
            Assert.True(report.Points[^1].Figures["alignment"] < report.Points[0].Figures["alignment"]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_OverManySteps_LeavesNoTensorsBehind(bool recompute)
    {
        using var folder = new TemporaryFolder();
        using var task = Make(new DiffusionOptions { AlignmentWeight = 0.1 }, recompute);
        using var loop = new TrainingLoop("unet", folder.Path, task, Options, new SilentReport(), TimeProvider.System);
        loop.Run(4);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        loop.Run(14);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Loss_WeightOfTheAccessory_IsThatOfItsCells()
    {
        // What is worn covers a quarter of the cells, and lies in the subject's mask too.
        var (plain, once, often) = (Loss(0), Loss(1), Loss(3));
        var worn = (once * 1.25) - plain;
        Assert.Equal((plain + (3 * worn)) / 1.75, often, 1e-5);
        Assert.NotEqual(plain, once, 1e-4);

        static double Loss(double weight)
        {
            using var scope = NewDisposeScope();
            using var task = Make(new DiffusionOptions { AccessoryWeight = weight });
            using var step = new TrainingStep(1, 0, 0, 4, 0);
            return task.Loss(step).item<float>();
        }
    }

    [Fact]
    public void Constructor_WithTooFewInputChannelsForTheCoordinates_SaysHowMany()
    {
        var e = Assert.Throws<ArgumentException>(() => new UNetTask(Config(Latents), new(), new DiffusionOptions { CoordinateChannels = true }, [new UNetPhase(Data(), 10)], 1));
        Assert.Contains("in_channels and out_channels must be 6 and 4", e.Message, StringComparison.Ordinal);
    }

    private static UNetTask Make(DiffusionOptions diffusion, bool recompute = false) =>
        new(Config(diffusion.CoordinateChannels ? Latents + 2 : Latents), new NoiseScheduleOptions(), diffusion, [new UNetPhase(Data(), 20), new UNetPhase(Data(), long.MaxValue)], seed: 1, recompute);

    private static UNetConfig Config(int inChannels)
    {
        var json = $$"""
            {"in_channels": {{inChannels}}, "out_channels": 4, "block_out_channels": [8, 16], "attention_head_dim": [1, 2], "layers_per_block": 1, "norm_num_groups": 4,
             "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"], "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], "use_linear_projection": true}
            """;
        return UNetConfig.From(ModelConfig.Parse("config.json", Encoding.UTF8.GetBytes(json)), Semantic, Subject);
    }

    private static UNetData Data()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        const int Count = 12;
        var affine = tensor(new float[] { 1, 0, 0, 0, 1, 0 }, [1, 2, 3]).expand(Count, 2, 3);
        var samples = new MemorySource()
            .With(SampleFields.Latents, cat([full([Count, Latents, 8, 8], 1f), full([Count, Latents, 8, 8], -6f)], 1))
            .With(SampleFields.Semantic, randn([Count, Semantic], generator: generator))
            .With(SampleFields.PredictedSemantic, randn([Count, Semantic], generator: generator))
            .With(SampleFields.Mask, full([Count, 16, 16], 255, ScalarType.Byte))
            .With(SampleFields.Worn, cat([full([Count, 8, 16], 255, ScalarType.Byte), zeros(Count, 8, 16, ScalarType.Byte)], 1) * (arange(16) < 8).to(ScalarType.Byte))
            .With(SampleFields.Affine, affine)
            .With(SampleFields.ReferenceRow, arange(Count, ScalarType.Int32) % 3);
        var references = new MemorySource().With(SampleFields.Patches, randn([3, 1 + Grid * Grid, Subject], generator: generator));
        return new UNetData(samples, references, ScalingFactor: 1, ReferenceSize: 16);
    }
}
