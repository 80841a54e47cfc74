using Cafe.Cli.Model;
using Cafe.Evaluation.Reports;
using Cafe.Evaluation.Scoring;
using Cafe.Evaluation.Tests;

namespace Cafe.Cli.Tests.Evaluation;

/// <summary><c>cafe eval conversation</c> against the whole system in this process.</summary>
public sealed class ConversationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Conversation_SeveralTurns_JudgedAndResumed()
    {
        TinyPlan.Write(At("plan"));
        RandomEvaluators.Cnn(At("identity"), TinyPlan.Scenes, TinyPlan.Accessories, TinyPlan.Looks);
        Assert.Equal(0, await ModelCommands.Create().Parse(["synth", At("pack"), "--preset", "tiny", "--seed", "3"]).InvokeAsync());
        await File.WriteAllTextAsync(At("messages.jsonl"), """
            {"id":"one","turns":[{"text":"Put my {s} on the beach.","scene":"beach"},{"text":"now in the snow","scene":"snow"}]}
            {"id":"two","turns":[{"text":"Surprise me."}]}
            """, TestContext.Current.CancellationToken);
        string[] run = ["eval", "conversation", "--plan", At("plan"), "--out", At("out"), "--messages", At("messages.jsonl"), "--pack", At("pack"), "--identity", At("identity"), "--repeat", "2"];
        Assert.Equal(0, await CafeCommandLine.Create().Parse(run).InvokeAsync());
        var scores = ScoreFile.Read(At("out"));
        Assert.Equal(["one-0-0", "one-0-1", "two-0-0", "one-1-0", "one-1-1", "two-1-0"], scores.Select(score => score.Item));
        Assert.Equal(2, scores.Count(score => score.Metrics.ContainsKey("later_turn_keeps_subject")));
        Assert.Equal(2, scores.Count(score => score.Metrics.ContainsKey("reply_names_subject")));
        Assert.Equal(2, scores.Count(score => score.Metrics.ContainsKey("vague_concrete")));
        Assert.All(scores, score => Assert.True(score.Metrics.ContainsKey("reply_whole") && score.Metrics.ContainsKey("reply_scene_is_the_pictures")));
        Assert.True(File.Exists(At("out", "vague.json")));
        var figures = ReportFile.Read<ReportFile>(At("out", "report.json")).Tables[0].Rows[0].Values;
        Assert.Equal(4, figures["reply_scene_asked"].Count);

        var exchanges = At("out", "exchanges.jsonl");
        var text = await File.ReadAllTextAsync(exchanges, TestContext.Current.CancellationToken);
        Assert.Equal(4, text.TrimEnd().Split('\n').Length);
        Assert.Equal(0, await CafeCommandLine.Create().Parse(run).InvokeAsync());
        Assert.Equal(text, await File.ReadAllTextAsync(exchanges, TestContext.Current.CancellationToken));
        Assert.NotEqual(0, await CafeCommandLine.Create().Parse([.. run, "--steps", "1"]).InvokeAsync());
        run[5] = At("other");
        Assert.Equal(0, await CafeCommandLine.Create().Parse([.. run, "--steps", "1"]).InvokeAsync());
        Assert.Contains("\"Steps\": 1", await File.ReadAllTextAsync(At("other", "made-of.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private string At(params string[] parts) => Path.Combine([folder, .. parts]);
}
