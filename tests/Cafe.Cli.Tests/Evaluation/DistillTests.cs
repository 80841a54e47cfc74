using Cafe.Cli.Model;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Quadruplets;
using Cafe.Evaluation.Scoring;
using Cafe.Evaluation.Tests;

namespace Cafe.Cli.Tests.Evaluation;

/// <summary><c>cafe distill</c> against the whole system in this process.</summary>
public sealed class DistillTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;
    private readonly string plan, pack, clip, dino;

    public DistillTests()
    {
        (plan, pack, clip, dino) = (At("plan"), At("pack"), At("clip"), At("dino"));
        var tiny = TinyPlan.Write(plan, items: 6);
        EvaluationPlan.Write(plan, tiny.Description, [.. tiny.Items.Select((item, i) => i == 0 ? item with { Reply = "With pleasure. The dog is on the beach." } : item)]);
        RandomEvaluators.Clip(clip);
        RandomEvaluators.Dino(dino);
        Assert.Equal(0, ModelCommands.Create().Parse(["synth", pack, "--preset", "tiny", "--seed", "3"]).Invoke());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Distill_SeveralAlphas_EveryThingThatPassesIsIndexedOnceAndResumed()
    {
        File.WriteAllText(At("filter.json"), """{ "thresholds": { "text": -1, "subject": -1 } }""");
        string[] arguments = ["--plan", plan, "--out", At("out"), "--pack", pack, "--clip", clip, "--dino", dino, "--filter", At("filter.json"), "--alpha", "0.2,0.8"];
        Assert.Equal(0, await Distill([.. arguments, "--items", "4"]));
        Assert.Equal(8, QuadrupletFolder.Read(At("out")).Count());
        Assert.Equal(0, await Distill(arguments));
        var samples = QuadrupletFolder.Read(At("out")).ToDictionary(sample => sample.Id);
        Assert.Equal(12, samples.Count);
        var first = samples["item-0-a0.2"];
        Assert.Equal("With pleasure. The dog is on the beach.", first.Reply);
        Assert.Equal(("subjects/dog.png", "dog on the beach"), (first.Subject, first.Caption));
        Assert.Equal(PictureReader.Read(Path.Combine(plan, "dog.png")).Rgb, PictureReader.Read(At("out", first.Subject)).Rgb);
        Assert.NotEqual(PictureReader.Read(At("out", first.Target)).Rgb.ToArray(), PictureReader.Read(At("out", samples["item-0-a0.8"].Target)).Rgb.ToArray());
        Assert.All(samples.Values, sample => Assert.Equal(ChatTurn.User, sample.Turns[^1].Role));
        Assert.Equal(12, File.ReadAllLines(At("out", "filtered.jsonl")).Length);
    }

    [Fact]
    public async Task Distill_StrictFilter_NothingIsIndexedAndLooserThresholdsTakeWhatIsThere()
    {
        string[] arguments = ["--plan", plan, "--out", At("out"), "--pack", pack, "--clip", clip, "--dino", dino, "--alpha", "0.5", "--items", "3", "--filter", At("filter.json")];
        File.WriteAllText(At("filter.json"), """{ "thresholds": { "text": 1.1, "subject": 0 } }""");
        Assert.Equal(0, await Distill(arguments));
        Assert.Empty(QuadrupletFolder.Read(At("out")));
        File.WriteAllText(At("filter.json"), """{ "thresholds": { "text": -1, "subject": -1 } }""");
        Assert.Equal(0, await Distill(arguments));
        Assert.Equal(3, QuadrupletFolder.Read(At("out")).Count());
        Assert.Equal(3, File.ReadAllLines(At("out", "filtered.jsonl")).Length);
    }

    [Theory]
    [InlineData("generated")]
    [InlineData("retrieved")]
    public async Task Distill_OtherReferences_AreFound(string kind)
    {
        File.WriteAllText(At("filter.json"), """{ "thresholds": { "text": -1, "subject": -1 } }""");
        var reference = kind == "generated" ? kind : plan;
        Assert.Equal(0, await Distill("--plan", plan, "--out", At("out"), "--pack", pack, "--clip", clip, "--dino", dino, "--filter", At("filter.json"), "--alpha", "0.5", "--items", "2", "--reference", reference));
        Assert.Equal(2, QuadrupletFolder.Read(At("out")).Count());
        var requests = await File.ReadAllTextAsync(At("out", "generated", "requests.jsonl"), TestContext.Current.CancellationToken);
        Assert.Contains(kind == "generated" ? "/references/" : "/plan/", requests, StringComparison.Ordinal);

        // Samples of other references are not mixed in.
        Assert.Equal(1, await Distill("--plan", plan, "--out", At("out"), "--pack", pack, "--clip", clip, "--dino", dino, "--alpha", "0.5"));
    }

    [Theory]
    [InlineData("--alpha", "1.5")]
    [InlineData("--alpha", "0.5,0.5")]
    [InlineData("--window", "0")]
    [InlineData("--filter", "absent.json")]
    public async Task Distill_BadOption_Refused(string option, string value) =>
        Assert.Equal(1, await Distill("--plan", plan, "--out", At("out"), "--pack", pack, "--clip", clip, "--dino", dino, option, value));

    private string At(params string[] parts) => Path.Combine([folder, .. parts]);

    private static Task<int> Distill(params string[] arguments) => CafeCommandLine.Create().Parse(["distill", .. arguments]).InvokeAsync();
}
