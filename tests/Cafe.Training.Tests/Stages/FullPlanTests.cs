using System.Text.Json;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Commands;
using Cafe.Training.Diffusion;
using Cafe.Training.Language;
using Cafe.Training.Published;
using Cafe.Training.Rehearsal;
using Cafe.Training.Running;
using Cafe.Training.Stages;
using Cafe.Training.Tests.Running;
using Cafe.Training.Tokenizers;
using Spectre.Console;

namespace Cafe.Training.Tests.Stages;

/// <summary>The paper's sizes: the configurations as they are, and every trainer's steps at reduced width.</summary>
public sealed class FullPlanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "configs", "full");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Plan_OfEveryShippedStage_HasThePapersValues()
    {
        var stages = StageFile.LoadPlan(Shipped);
        var outputs = stages.Select(stage => stage.Output).ToList();
        Assert.All(stages, stage => Assert.All(stage.Needs, need => Assert.Contains(need, outputs.Take(outputs.IndexOf(stage.Output)))));
        Assert.All(
            stages.Where(stage => stage.Kind == "tokens").Select(stage => StageJson.Parse<TokenStageOptions>(stage.Config)),
            options => Assert.Equal(new PackIdentity { Name = "" }.SystemPrompt, options.SystemPrompt));
        var assistants = stages.Where(stage => stage.Kind == "assistant").Select(stage => StageJson.Parse<AssistantOptions>(stage.Config)).ToList();
        Assert.Equal(2, assistants.Count);
        Assert.All(assistants, options => Assert.Equal((128, 2e-3, SemanticDistance.MeanSquaredError), (options.Training.BatchSize, options.Training.LearningRate.Peak, options.Distance)));
        var unets = stages.Where(stage => stage.Kind == "unet").ToList();
        Assert.Equal(2, unets.Count);
        Assert.All(unets.Select(stage => StageJson.Parse<UNetStageOptions>(stage.Config)), options => Assert.Equal(
            (64, 2e-5, 0.1, 0.1, 0.0),
            (options.Training.BatchSize, options.Training.LearningRate.Peak, options.Diffusion.DropSemantic, options.Diffusion.DropSubject, options.Diffusion.SubjectWeight)));
        var part = StageTable.Find("unet").Plan(unets[0].Config).Single();
        Assert.InRange(part.Trained, 850_000_000, 920_000_000);
    }

    [Fact]
    public void Show_WithoutAnyWeights_SaysWhatEveryPartTakes()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 400;
        new DryRun(folder.Path, console).Show(StageFile.LoadPlan(Shipped), PlanInputs.Load(Shipped));
        var lines = text.ToString().Split('\n');
        Assert.Contains(lines, line => line.Contains("published/llama-2-13b-chat", StringComparison.Ordinal) && line.Contains("13,015.9M", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("published/dinov2-giant", StringComparison.Ordinal) && line.Contains("1,136.", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("V, H and [IMG]", StringComparison.Ordinal) && line.Contains("11.8M", StringComparison.Ordinal) && line.Contains("48.7", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("quadruplets/teacher", StringComparison.Ordinal) && line.Contains("207,000", StringComparison.Ordinal));
    }

    /// <summary>Ten real steps of each trainer, with recomputation, accumulation and both stages, on models and samples that are made up.</summary>
    [Fact]
    public void Run_OfTheShippedPlanAtReducedWidth_TrainsEveryPartAndEndsInWhatAPackIsBuiltFrom()
    {
        var stages = ReducedPlan.Prepare(Shipped, folder.File("work"));
        var context = new StageContext(folder.File("work"), new SilentReport(), TimeProvider.System);
        new StageRunner(context, _ => { }).Run(stages, TestContext.Current.CancellationToken);
        foreach (var stage in stages.Where(stage => stage.Config.TryGetProperty("training", out _)))
        {
            Assert.True(stage.Config.GetProperty("recompute").GetBoolean());
            var points = new LossLog(context.Path(Path.Combine(stage.Output, "losses.jsonl")), long.MaxValue).Points;
            Assert.Equal(ReducedPlan.Steps, points.Count);
            Assert.All(points, point => Assert.True(double.IsFinite(point.Loss) && point.GradientNorm > 0));
        }

        BeginsFromThePublishedUNet(context);
        using var sources = PublishedSources.Open(
            new PublishedFolders
            {
                Subject = context.Path("published/dinov2-giant"),
                Clip = context.Path("published/clip-vit-large-patch14-336"),
                Llama = context.Path("published/llama-2-13b-chat"),
                Unet = context.Path("diffusion/unet"),
                Vae = context.Path("published/stable-diffusion-2-base/vae"),
                Scheduler = context.Path("diffusion/scheduler"),
                Cafe = context.Path("assistant/cafe.safetensors"),
            },
            new PackIdentity { Name = "rehearsal" });
        Assert.NotEmpty(PackBuilder.Plan(sources, new PackBuildOptions()));
    }

    [Fact]
    public void Prepare_InAFolderThatHoldsSomething_Refuses()
    {
        File.WriteAllText(folder.File("kept.txt"), "");
        Assert.Throws<ArgumentException>(() => ReducedPlan.Prepare(Shipped, folder.Path));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Run_OfAnAssistantWhoseWidthsDiffer_SaysBoth()
    {
        var stages = ReducedPlan.Prepare(Shipped, folder.File("work"));
        var context = new StageContext(folder.File("work"), new SilentReport(), TimeProvider.System);
        new StageRunner(context, _ => { }).Run([.. stages.TakeWhile(stage => stage.Kind != "assistant")], TestContext.Current.CancellationToken);
        var config = stages.First(stage => stage.Kind == "assistant").Config.GetRawText().Replace("\"hidden\":64", "\"hidden\":65", StringComparison.Ordinal);
        using var changed = JsonDocument.Parse(config);
        var e = Assert.Throws<ArgumentException>(() => StageTable.Find("assistant").Run(changed.RootElement, context, CancellationToken.None));
        Assert.Contains("65", e.Message, StringComparison.Ordinal);
        Assert.Contains("64", e.Message, StringComparison.Ordinal);
    }

    private static void BeginsFromThePublishedUNet(StageContext context)
    {
        using var published = Checkpoint.Open(context.Path("published/stable-diffusion-2-base/unet"));
        using var start = Checkpoint.Open(context.Path("diffusion-start/unet"));
        using var trained = Checkpoint.Open(context.Path("diffusion/unet"));
        Assert.Equal(published["conv_in.weight"].ReadFloats(), start["conv_in.weight"].ReadFloats());
        var values = start.Tensors.Where(tensor => tensor.Name.EndsWith("attn2.to_v_subject.weight", StringComparison.Ordinal)).Select(tensor => tensor.Name).ToList();
        Assert.NotEmpty(values);
        Assert.All(values, name => Assert.All(start[name].ReadFloats(), value => Assert.Equal(0, value)));
        Assert.All(values, name => Assert.Contains(trained[name].ReadFloats(), value => value != 0));
    }
}
