using System.Text.Json.Nodes;
using Cafe.Cli;
using Cafe.Cli.Model;
using Cafe.Evaluation.Reports;
using Cafe.Evaluation.Tests;

namespace Cafe.Cli.Tests.Evaluation;

/// <summary><c>cafe eval</c> against the whole system in this process, with a tiny pack and tiny evaluators.</summary>
public sealed class EvalRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;
    private readonly string plan, pack, identity, clip;

    public EvalRunTests()
    {
        (plan, pack, identity, clip) = (At("plan"), At("pack"), At("identity"), At("clip"));
        TinyPlan.Write(plan, items: 4, count: 2);
        RandomEvaluators.Cnn(identity, TinyPlan.Scenes, TinyPlan.Accessories, TinyPlan.Looks);
        RandomEvaluators.Clip(clip);
        Assert.Equal(0, ModelCommands.Create().Parse(["synth", pack, "--preset", "tiny", "--seed", "3"]).Invoke());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Run_ConditionsAndSweeps_PicturesScoresTablesAndGrid()
    {
        string[] run =
        [
            "run", "--plan", plan, "--out", At("out"), "--pack", pack, "--identity", identity, "--clip", clip, "--steps", "2",
            "--conditions", "both,semantic,subject", "--sweep", "alpha=0,1", "--sweep", "guidance_scale=1",
        ];
        Assert.Equal(0, await Eval(run));
        var report = ReportFile.Read<ReportFile>(At("out", "report.json"));
        var table = Assert.Single(report.Tables);
        Assert.Equal(["both", "semantic", "subject", "alpha-0", "alpha-1", "guidance_scale-1"], table.Rows.Select(row => row.Name));
        Assert.All(table.Rows, row => Assert.Equal(8, row.Pictures));
        Assert.Equal(
            [
                "identity_top1", "identity_top5", "identity_similarity", "scene", "accessory", "attribute", "clip_i", "clip_i_input", "clip_t",
                "reply_names_subject", "reply_scene_asked", "reply_scene_is_the_pictures",
            ],
            table.Metrics);
        Assert.Equal(8, table.Rows[1].Differences["clip_i"].Count);
        Assert.True(File.Exists(At("out", "report.md")) && File.Exists(At("out", "grid.png")));

        // The conditions differ, so the pictures do; alpha 1 is h alone, so its pictures are the base's.
        var both = Picture("both");
        Assert.NotEqual(both, Picture("semantic"));
        Assert.NotEqual(both, Picture("subject"));
        Assert.NotEqual(both, Picture("alpha-0"));
        Assert.Equal(both, Picture("alpha-1"));

        // An interrupted run goes on: what is lost is made again, the same.
        var results = At("out", "both", "results.jsonl");
        var lines = await File.ReadAllLinesAsync(results, TestContext.Current.CancellationToken);
        var others = lines.Where(line => !line.Contains("\"item-3\"", StringComparison.Ordinal)).ToList();   // in the order in which they were done
        Assert.Equal(3, others.Count);
        await File.WriteAllTextAsync(results, others[0] + "\n" + others[1][..10], TestContext.Current.CancellationToken);
        File.Delete(At("out", "both", "item-3-1.png"));
        Assert.Equal(0, await Eval(run));
        Assert.Equal(4, (await File.ReadAllLinesAsync(results, TestContext.Current.CancellationToken)).Length);
        Assert.Equal(both, Picture("both"));
        Assert.True(File.Exists(At("out", "both", "item-3-1.png")));

        // Another setting's pictures are not mixed in.
        Assert.Equal(1, await Eval("run", "--plan", plan, "--out", At("out"), "--pack", pack, "--identity", identity, "--steps", "3", "--conditions", "both"));

        byte[] Picture(string variant) => Cafe.Evaluation.Scoring.PictureReader.Read(At("out", variant, "item-0-0.png")).Rgb.ToArray();
    }

    [Fact]
    public async Task Score_PicturesElsewhereTargetsAndAutoencoder_ReportedTogether()
    {
        Directory.CreateDirectory(At("theirs"));
        File.Copy(Path.Combine(plan, "cat.png"), At("theirs", "item-0.png"));
        File.Copy(Path.Combine(plan, "cat.png"), At("theirs", "item-1-1.png"));
        Assert.Equal(0, await Eval("score", "--plan", plan, "--pictures", At("theirs"), "--out", At("scored", "theirs"), "--identity", identity));
        Assert.Equal(0, await Eval("score", "--plan", plan, "--out", At("scored", "targets"), "--identity", identity));
        Assert.Equal(0, await Eval("autoencoder", "--plan", plan, "--out", At("scored", "autoencoder"), "--pack", pack, "--identity", identity));
        Assert.Equal(4, Directory.GetFiles(At("scored", "autoencoder"), "item-*.png").Length);

        await File.WriteAllTextAsync(At("tables.json"), """
            { "tables": [ { "id": "ceiling", "title": "Ceilings", "metrics": ["identity_top1"], "rows": [
              { "name": "real composites", "results": "scored/targets", "paper": "-" }, { "name": "through the autoencoder", "results": "scored/autoencoder" }, { "name": "theirs", "results": "scored/theirs" } ] } ] }
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(At("page.md"), "# Page\n<!-- eval: ceiling -->\n<!-- /eval -->\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, await Eval("report", "--tables", At("tables.json"), "--out", At("report"), "--into", At("page.md")));
        var table = ReportFile.Read<ReportFile>(At("report", "report.json")).Tables[0];
        Assert.Equal(1, table.Rows[0].Values["identity_top1"].Mean);
        Assert.Equal(0.5, table.Rows[2].Values["identity_top1"].Mean); // the cat's picture for the dog, and for the cat
        Assert.Equal(1, table.Rows[2].Differences["identity_top1"].Count);
        var page = await File.ReadAllTextAsync(At("page.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| real composites | 4 | 1.000 [1.000, 1.000] | - |", page, StringComparison.Ordinal);
        Assert.Equal(0, await Eval("report", "--from", At("report", "report.json"), "--into", At("page.md")));
        Assert.Equal(page, await File.ReadAllTextAsync(At("page.md"), TestContext.Current.CancellationToken));
        Assert.Equal(1, await Eval("report"));
    }

    [Theory]
    [InlineData("--sweep", "alpha")]
    [InlineData("--sweep", "alpha=2")]
    [InlineData("--sweep", "beta=1")]
    [InlineData("--conditions", "neither")]
    [InlineData("--window", "65")]
    public async Task Run_BadOption_RefusedBeforeAnythingStarts(string option, string value)
    {
        Assert.Equal(1, await Eval("run", "--plan", plan, "--out", At("out"), "--pack", At("absent"), option, value));
        Assert.False(Directory.Exists(At("out")));
    }

    [Fact]
    public async Task Evaluator_OfACheckpoint_Usable()
    {
        Assert.Equal(0, await Eval("evaluator", Path.Combine(clip, "checkpoint"), "--kind", "clip", "--out", At("clip-again")));
        var json = JsonNode.Parse(await File.ReadAllTextAsync(At("clip-again", "evaluator.json"), TestContext.Current.CancellationToken))!;
        Assert.Equal("clip-again", (string?)json["name"]);
        Assert.Equal(0, await Eval("score", "--plan", plan, "--out", At("scored"), "--clip", At("clip-again")));
        Assert.Equal(1, await Eval("evaluator", clip, "--kind", "clip", "--out", At("no")));
    }

    private string At(params string[] parts) => Path.Combine([folder, .. parts]);

    private static Task<int> Eval(params string[] arguments) => CafeCommandLine.Create().Parse(["eval", .. arguments]).InvokeAsync();
}
