using Cafe.Evaluation.Conversations;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Quadruplets;
using Cafe.Evaluation.Scoring;
using Cafe.Inference.Sessions;

namespace Cafe.Evaluation.Tests.Scoring;

public sealed class ScorerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;
    private readonly SessionFactory sessions = new(new SessionSettings { Threads = 1 });

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Score_TheSubjectsOwnPictures_EveryMetricAsByHand()
    {
        var plan = TinyPlan.Write(Path.Combine(folder, "plan"));
        using var judges = Load(TinyPlan.Scenes);
        var scores = new Scorer(plan, judges).Score([.. plan.Items.Select(item => new ScoredPicture(item, 0, plan.PathOf(item.Target!)))]);

        Assert.Equal(["item-0", "item-1", "item-2"], scores.Select(score => score.Item));
        Assert.All(scores, score =>
        {
            Assert.Equal(1, score.Metrics[Metric.IdentityTop1]);
            Assert.Equal(1, score.Metrics[Metric.IdentityTop5]);
            Assert.Equal(1, score.Metrics[Metric.IdentitySimilarity], 5);
            Assert.Equal(1, score.Metrics[Metric.DinoInput], 5);
            Assert.Equal(1, score.Metrics[Metric.Face], 5);
        });

        // The real pictures are the one itself, cosine 1, and another: the mean of the two.
        var (own, again) = (judges.Dino!.Read([TinyPlan.Noise(0)])[0], judges.Dino.Read([TinyPlan.Noise(10)])[0]);
        Assert.Equal((1 + Similarity.Cosine(own.Embedding, again.Embedding)) / 2, scores[0].Metrics[Metric.Dino], 5);
        var clip = judges.Clip!.Read([TinyPlan.Noise(0)])[0].Embedding;
        Assert.Equal(Similarity.Cosine(clip, judges.Clip.Embed([plan.Items[0].Caption])[0]), scores[0].Metrics[Metric.ClipText], 5);

        // What was asked is compared with what the classifier sees; what was not asked is not judged.
        Assert.Equal(scores[1].Seen["scene"] == "snow" ? 1 : 0, scores[1].Metrics[Metric.Scene]);
        Assert.Equal(scores[1].Seen["accessory"] == "crown" ? 1 : 0, scores[1].Metrics[Metric.Accessory]);
        Assert.Equal(scores[1].Metrics[Metric.Accessory], scores[1].Metrics[Metric.Attribute]);
        Assert.False(scores[0].Metrics.ContainsKey(Metric.Attribute));
    }

    [Fact]
    public void Score_AnotherSubjectsPicture_NotTopOneInItsDesign()
    {
        var plan = TinyPlan.Write(Path.Combine(folder, "plan"));
        using var judges = Load(TinyPlan.Scenes);
        var scores = new Scorer(plan, judges).Score([new ScoredPicture(plan.Items[0], 0, plan.PathOf("cat.png")), new ScoredPicture(plan.Items[2], 0, plan.PathOf("cat.png"))]);
        Assert.Equal(0, scores[0].Metrics[Metric.IdentityTop1]);
        Assert.Equal(1, scores[0].Metrics[Metric.IdentityTop5]);

        // The bus is alone in its design: whatever is shown, nothing is nearer.
        Assert.Equal(1, scores[1].Metrics[Metric.IdentityTop1]);
    }

    [Fact]
    public void Score_WithReplies_WhatTheySayToo()
    {
        var plan = TinyPlan.Write(Path.Combine(folder, "plan"));
        using var judges = Load(TinyPlan.Scenes);
        ScoredPicture Said(PlanItem item, string? reply) => new(item, 0, plan.PathOf(item.Target!), reply);
        var unnamed = plan.Items[1] with { Turns = [new ChatTurn(ChatTurn.User, "Show this catalogue in the snow.")] };
        var scores = new Scorer(plan, judges).Score(
        [
            Said(plan.Items[0], $"Sure! Here is your {plan.SubjectOf(plan.Items[0]).Name} on the beach."), Said(plan.Items[1], "Your subject is on the beach."), Said(unnamed, "It is in the snow."), Said(plan.Items[2], null),
        ]);
        Assert.Equal((1, 1), (scores[0].Metrics[ReplyMetric.NamesSubject], scores[0].Metrics[ReplyMetric.SceneAsked]));
        Assert.Equal(scores[0].Seen["scene"] == "beach" ? 1 : 0, scores[0].Metrics[ReplyMetric.SceneIsThePictures]);
        Assert.Equal((0, 0), (scores[1].Metrics[ReplyMetric.NamesSubject], scores[1].Metrics[ReplyMetric.SceneAsked]));

        // A name inside another word is none, and nothing is judged where nothing was said.
        Assert.False(scores[2].Metrics.ContainsKey(ReplyMetric.NamesSubject));
        Assert.DoesNotContain(scores[3].Metrics.Keys, name => name.StartsWith("reply_", StringComparison.Ordinal));
    }

    [Fact]
    public void ScoreReal_TwoPicturesEach_TheirOneCosine()
    {
        var plan = TinyPlan.Write(Path.Combine(folder, "plan"));
        using var judges = Load(TinyPlan.Scenes);
        var scores = new Scorer(plan, judges).ScoreReal();
        Assert.Equal(["real-dog", "real-cat", "real-bus"], scores.Select(score => score.Item));
        var (own, again) = (judges.Dino!.Read([TinyPlan.Noise(1)])[0], judges.Dino.Read([TinyPlan.Noise(11)])[0]);
        Assert.Equal(Similarity.Cosine(own.Embedding, again.Embedding), scores[1].Metrics[Metric.Dino], 5);
        Assert.Equal([Metric.ClipImage, Metric.Dino], scores[1].Metrics.Keys);
    }

    [Fact]
    public void Scorer_EvaluatorOfOtherScenes_Refused()
    {
        var plan = TinyPlan.Write(Path.Combine(folder, "plan"));
        using var judges = Load(["beach", "moon"]);
        Assert.Contains("snow", Assert.Throws<PlanException>(() => new Scorer(plan, judges)).Message, StringComparison.Ordinal);
        using var none = new Judges();
        Assert.Throws<PlanException>(() => new Scorer(plan, none));
    }

    [Fact]
    public void Complete_TornLineAndOtherJudges_ScoredAgain()
    {
        var plan = TinyPlan.Write(Path.Combine(folder, "plan"));
        var pictures = plan.Items.Select(item => new ScoredPicture(item, 0, plan.PathOf(item.Target!))).ToList();
        var judged = new List<string>();
        var first = new Dictionary<string, string> { ["dino"] = "one" };
        Assert.Equal(3, ScoreFile.Complete(folder, first, pictures, Score).Count);
        var file = Path.Combine(folder, "scores.jsonl");
        var whole = File.ReadAllText(file);
        File.WriteAllText(file, whole[..^9]);
        judged.Clear();
        Assert.Equal(3, ScoreFile.Complete(folder, first, pictures, Score).Count);
        Assert.Equal(["item-2"], judged);
        Assert.Equal(whole, File.ReadAllText(file));
        Assert.Equal(3, ScoreFile.Read(folder).Count);

        judged.Clear();
        ScoreFile.Complete(folder, new Dictionary<string, string> { ["dino"] = "two" }, pictures, Score);
        Assert.Equal(3, judged.Count);
        Assert.Throws<PlanException>(() => ScoreFile.Read(Path.Combine(folder, "plan")));

        IReadOnlyList<PictureScore> Score(IReadOnlyList<ScoredPicture> batch)
        {
            judged.AddRange(batch.Select(picture => picture.Item.Id));
            return [.. batch.Select(picture => new PictureScore(picture.Item.Id, picture.Index, picture.Item.Subject, new Dictionary<string, double> { ["dino"] = 0.5 }, new Dictionary<string, string>()))];
        }
    }

    private Judges Load(string[] scenes) => new()
    {
        Identity = Evaluator.Load(RandomEvaluators.Cnn(Path.Combine(folder, "identity"), scenes, TinyPlan.Accessories, TinyPlan.Looks), sessions),
        Dino = Evaluator.Load(RandomEvaluators.Dino(Path.Combine(folder, "dino")), sessions),
        Clip = Evaluator.Load(RandomEvaluators.Clip(Path.Combine(folder, "clip")), sessions),
        Face = Evaluator.Load(RandomEvaluators.Dino(Path.Combine(folder, "face"), seed: 9), sessions),
    };
}
