using Cafe.Modeling.Checkpoints;
using Cafe.Training.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Running;

public sealed class TrainingLoopTests
{
    private static readonly TrainingOptions Options = new() { Steps = 60, BatchSize = 16, LogEvery = 10, LearningRate = new() { Peak = 0.1, WarmUp = 5 }, EmaDecay = 0.9 };

    [Fact]
    public void Run_ToTheEnd_LearnsAndWritesLogCurveAndState()
    {
        using var folder = new TemporaryFolder();
        var report = new SilentReport();
        using var task = new ToyTask();
        using var loop = new TrainingLoop("toy", folder.Path, task, Options with { Steps = 200, ValidateEvery = 100 }, report, TimeProvider.System);
        Assert.Equal(200, loop.Run());
        Assert.True(report.Points[^1].Loss < report.Points[0].Loss / 50);
        Assert.True(report.Points[^1].Figures["distance"] < report.Points.First(p => p.Figures.ContainsKey("distance")).Figures["distance"]);
        Assert.Equal(16, report.Points[^1].Figures["samples"]);
        Assert.True(File.Exists(folder.File("state.safetensors")));
        Assert.True(File.Exists(folder.File("losses.png")));
        Assert.Equal(20, File.ReadLines(folder.File("losses.jsonl")).Count());
    }

    [Fact]
    public void Run_StoppedAndResumed_EqualsAnUninterruptedRunBitForBit()
    {
        using var whole = new TemporaryFolder();
        using var parts = new TemporaryFolder();
        Train(whole, null);
        Train(parts, 23);
        Train(parts, 40);
        Train(parts, null);
        using var expected = Checkpoint.Open(whole.File("state.safetensors"));
        using var actual = Checkpoint.Open(parts.File("state.safetensors"));
        foreach (var tensor in expected.Tensors)
        {
            Assert.Equal(tensor.ReadFloats(), actual[tensor.Name].ReadFloats());
        }

        static void Train(TemporaryFolder folder, long? stopAfter)
        {
            using var task = new ToyTask();
            using var loop = new TrainingLoop("toy", folder.Path, task, Options, new SilentReport(), TimeProvider.System);
            loop.Run(stopAfter);
        }
    }

    [Fact]
    public void Run_AfterItsLogOutlivedItsCheckpoint_DropsThePointsThatAreDoneAgain()
    {
        using var folder = new TemporaryFolder();
        using (var task = new ToyTask())
        {
            using var loop = new TrainingLoop("toy", folder.Path, task, Options, new SilentReport(), TimeProvider.System);
            loop.Run(20);
        }

        File.AppendAllText(folder.File("losses.jsonl"), """{"step":30,"loss":1,"learning_rate":1,"gradient_norm":1,"seconds":1,"figures":{}}""" + "\n" + """{"step":40,"lo""");
        using (var task = new ToyTask())
        {
            using var loop = new TrainingLoop("toy", folder.Path, task, Options, new SilentReport(), TimeProvider.System);
            loop.Run(30);
        }

        Assert.Equal(3, File.ReadLines(folder.File("losses.jsonl")).Count());
    }

    [Fact]
    public void Run_WhereTheLossIsNoNumber_StopsWithTheStepAndKeepsTheCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using var task = new ToyTask(failAt: 37);
        using var loop = new TrainingLoop("toy", folder.Path, task, Options, new SilentReport(), TimeProvider.System);
        loop.Run(20);
        var e = Assert.Throws<TrainingDivergedException>(() => loop.Run());
        Assert.Equal(37, e.Step);
        Assert.Contains("step 37", e.Message, StringComparison.Ordinal);
        using var next = new ToyTask();
        using var resumed = new TrainingLoop("toy", folder.Path, next, Options, new SilentReport(), TimeProvider.System);
        Assert.Equal(60, resumed.Run());
    }

    [Fact]
    public void Run_WithAnotherSeed_RefusesTheCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using var task = new ToyTask();
        using (var loop = new TrainingLoop("toy", folder.Path, task, Options, new SilentReport(), TimeProvider.System))
        {
            loop.Run(10);
        }

        using var other = new TrainingLoop("toy", folder.Path, task, Options with { Seed = 2 }, new SilentReport(), TimeProvider.System);
        var e = Assert.Throws<CheckpointException>(() => other.Run());
        Assert.Contains("seed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OverManySteps_LeavesNoTensorsBehind()
    {
        using var folder = new TemporaryFolder();
        using var task = new ToyTask();
        using var loop = new TrainingLoop("toy", folder.Path, task, Options with { Steps = 300 }, new SilentReport(), TimeProvider.System);
        loop.Run(10);
        var before = Statistics();
        loop.Run(200);
        Assert.Equal(before, Statistics());

        // Alive in this thread: created, less disposed of or detached for good.
        static long Statistics() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
    }

    [Fact]
    public void Validate_OfAnImpossibleOption_NamesFieldRuleAndValue()
    {
        var e = Assert.Throws<ArgumentException>(() => (Options with { Accumulate = 3 }).Validate());
        Assert.Contains("accumulate must divide batch_size", e.Message, StringComparison.Ordinal);
        Assert.Contains("3", e.Message, StringComparison.Ordinal);
    }
}
