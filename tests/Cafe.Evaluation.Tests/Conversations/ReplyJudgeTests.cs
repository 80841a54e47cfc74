using Cafe.Evaluation.Conversations;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Scoring;

namespace Cafe.Evaluation.Tests.Conversations;

public sealed class ReplyJudgeTests
{
    private readonly ReplyJudge judge = new([new PlanScene("beach", ["beach", "by the sea"]), new PlanScene("underwater", ["bottom of the sea"]), new PlanScene("snow", ["snow", "winter"])]);

    [Theory]
    [InlineData("I drew your dog on the Beach. It has the calm of winter.", "beach")]
    [InlineData("A winter day by the sea.", "snow")]
    [InlineData("Down at the bottom of the sea.", "underwater")]
    [InlineData("Here it is.", null)]
    public void SceneOf_FirstMention_Counts(string reply, string? scene) => Assert.Equal(scene, judge.SceneOf(reply, null));

    [Theory]
    [InlineData("I drew your snow globe on the beach.", "snow globe", "beach")]
    [InlineData("I drew your Snow in the snow.", "snow", null)]
    [InlineData("I drew your snow in a snowy field.", "snow", "snow")]
    [InlineData("I drew your cat in the snow.", "cat", "snow")]
    public void SceneOf_WhatTheUserNamed_IsNoScene(string reply, string named, string? scene) => Assert.Equal(scene, judge.SceneOf(reply, named));

    [Fact]
    public void Judge_AllRight_AllOnes()
    {
        var metrics = judge.Judge(new MessageTurn("Put my {s} on the beach.", "beach"), 0, new Answer("", "Sure! I drew your Fire Engine on the beach.", false, "a.png"), "fire engine", Seen("beach", 1));
        Assert.Equal(4, metrics.Count);
        Assert.All(metrics, metric => Assert.Equal(1, metric.Value));
    }

    [Fact]
    public void Judge_EverythingWrong_AllZeros()
    {
        var metrics = judge.Judge(new MessageTurn("Put my {s} on the beach.", "beach"), 0, new Answer("", "I drew your dog in the snow and", false, "a.png"), "cat", Seen("beach", 0));
        Assert.Equal([ReplyMetric.NamesSubject, ReplyMetric.SceneAsked, ReplyMetric.SceneIsThePictures, ReplyMetric.Whole], metrics.Keys);
        Assert.All(metrics, metric => Assert.Equal(0, metric.Value));
        Assert.Equal(0, judge.Judge(new MessageTurn("My {s}."), 0, new Answer("", "I drew your category.", false, ""), "cat", Seen("beach", 0))[ReplyMetric.NamesSubject]);
        Assert.Equal(0, judge.Judge(new MessageTurn("x"), 0, new Answer("", "", false, ""), "cat", Seen("beach", 0))[ReplyMetric.Whole]);
        Assert.Equal(0, judge.Judge(new MessageTurn("x"), 0, new Answer("", "All of it.", true, ""), "cat", Seen("beach", 0))[ReplyMetric.Whole]);
    }

    [Fact]
    public void Judge_VagueAndLaterTurns_TheirOwnFigures()
    {
        var vague = judge.Judge(new MessageTurn("Surprise me."), 0, new Answer("", "How about the snow?", false, ""), "cat", Seen("snow", 1));
        Assert.Equal(1, vague[ReplyMetric.VagueConcrete]);
        Assert.False(vague.ContainsKey(ReplyMetric.NamesSubject) || vague.ContainsKey(ReplyMetric.SceneAsked));

        // The scene is kept and the crown is missing: not all that was asked.
        var seen = new PictureScore("m", 0, "cat", new Dictionary<string, double> { [Metric.IdentityTop1] = 1, [Metric.Scene] = 1, [Metric.Accessory] = 0 }, new Dictionary<string, string>());
        var later = judge.Judge(new MessageTurn("Now with a crown.", "snow", "crown"), 1, new Answer("", "In the snow.", false, ""), "cat", seen);
        Assert.Equal((1, 0), (later[ReplyMetric.LaterTurnKeepsSubject], later[ReplyMetric.LaterTurnChanges]));
    }

    [Fact]
    public void Shipped_AHundredMessages_OfEveryKind()
    {
        var messages = Message.Shipped();
        Assert.Equal(100, messages.Count);
        Assert.True(messages.Count(message => !message.Turns.Any(turn => turn.NamesSubject)) >= 20);
        Assert.True(messages.Count(message => message.Turns[0].Scene is null) >= 10);
        Assert.True(messages.Count(message => message.Turns.Count > 1) >= 12);
        Assert.Equal(14, messages.SelectMany(message => message.Turns).Select(turn => turn.Scene).OfType<string>().Distinct().Count());
        Assert.Equal("Put my red car on the beach.", messages[0].Turns[0].About("red car"));
    }

    [Fact]
    public void Read_BrokenLine_NamedError()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """{"id":"a","turns":[{"text":"x"}]}""" + "\n{}\n");
        Assert.Contains("line 2", Assert.Throws<PlanException>(() => Message.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, """{"id":"a","turns":[{"text":"x","place":"y"}]}""");
        Assert.Contains("line 1", Assert.Throws<PlanException>(() => Message.Read(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    private static PictureScore Seen(string scene, double right) =>
        new("m", 0, "cat", new Dictionary<string, double> { [Metric.Scene] = right }, new Dictionary<string, string> { [Metric.Scene] = scene });
}
