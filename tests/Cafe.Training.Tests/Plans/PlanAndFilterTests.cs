using System.Text.Json;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Tests;
using Cafe.Imaging.Encoding;
using Cafe.Training.Data.Compositing;
using Cafe.Training.Data.Samples;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Samples;
using Cafe.Training.Stages;
using Cafe.Training.Tests.Data;
using Cafe.Training.Tests.Running;

namespace Cafe.Training.Tests.Plans;

/// <summary>From the data stage's stores to a plan for `cafe eval` and to the automatic filter.</summary>
public sealed class PlanAndFilterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PlanAndFilterTests()
    {
        Directory.CreateDirectory(folder.File("things"));
        for (var number = 0; number < 12; number++)
        {
            File.WriteAllBytes(folder.File("things", $"thing_{(char)('a' + number)}.png"), PngEncoder.Encode(TestSubjects.Draw(number, 0, 60 + number, 90)));
        }

        Run("""
            { "stage": "data", "output": "data", "data": { "noto": null, "emoji_test": null, "cut_outs": ["things"], "held_out_share": 0.3, "side": 32, "parts": [
              { "name": "teacher", "count": 96, "held_out": false, "options": { "fault_share": 0.3333 } },
              { "name": "heldout", "count": 60, "held_out": true, "options": { "varied_share": 0 } } ] } }
            """);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Run_EvaluationPlan_SubjectsWishesAndTargetsOfTheStore()
    {
        Run("""{ "stage": "evaluation_plan", "output": "plan", "data": "data", "store": "data/heldout", "count": 20 }""");
        var plan = EvaluationPlan.Open(folder.File("plan"));
        using var store = TensorStore.Open(folder.File("data", "heldout"));
        Assert.Equal(20, plan.Items.Count);
        Assert.Equal(SceneCatalog.All.Select(scene => scene.Name), plan.Description.Scenes.Select(scene => scene.Name));
        var heldOut = JsonDocument.Parse(File.ReadAllText(folder.File("data", "subjects.json"))).RootElement.EnumerateArray().Where(subject => subject.GetProperty("held_out").GetBoolean()).ToList();
        Assert.Equal(heldOut.Select(subject => subject.GetProperty("name").GetString()).Order(), plan.Description.Subjects.Select(subject => subject.Name).Order());
        foreach (var item in plan.Items)
        {
            var row = long.Parse(item.Id, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(SceneCatalog.All[(int)store.Number(SampleFields.Scene, row)].Name, item.Scene);
            Assert.Equal($"things-{store.Number(SampleFields.Subject, row)}", item.Subject);
            Assert.Equal(StorePictures.Read(store, SampleFields.Target, row).Rgb, Cafe.Evaluation.Scoring.PictureReader.Read(plan.PathOf(item.Target!)).Rgb);
            Assert.Equal(StorePictures.Read(store, SampleFields.Reference, row).Rgb, Cafe.Evaluation.Scoring.PictureReader.Read(plan.PathOf(plan.SubjectOf(item).Picture)).Rgb);
            Assert.Null(item.Reply);
        }
    }

    [Fact]
    public void Run_DistillationPlan_VariedSubjectsAreTheirOwnAndRepliesComeAlong()
    {
        Run("""{ "stage": "evaluation_plan", "output": "plan", "data": "data", "store": "data/teacher", "count": 10, "replies": true, "targets": false, "templates": "training", "kinds": ["instruction", "follow_up", "vague"] }""");
        var plan = EvaluationPlan.Open(folder.File("plan"));
        Assert.All(plan.Items, item => Assert.False(string.IsNullOrEmpty(item.Reply)));
        Assert.All(plan.Items, item => Assert.Null(item.Target));
        Assert.Contains(plan.Items, item => item.Turns.Count == 3);
        using var store = TensorStore.Open(folder.File("data", "teacher"));
        var first = plan.Items[0];
        Assert.Equal(
            StorePictures.Read(store, SampleFields.Reference, long.Parse(first.Id, System.Globalization.CultureInfo.InvariantCulture)).Rgb,
            Cafe.Evaluation.Scoring.PictureReader.Read(plan.PathOf(plan.SubjectOf(first).Picture)).Rgb);
    }

    [Fact]
    public void Run_Filter_KeepsWhatPassesAndMeasuresItselfOnTheRest()
    {
        RandomEvaluators.Clip(folder.File("clip"));
        RandomEvaluators.Dino(folder.File("dino"));
        Run("""{ "stage": "filter", "output": "filtered", "store": "data/teacher", "clip": "clip", "dino": "dino", "threads": 1 }""");
        using var filtered = TensorStore.Open(folder.File("filtered"));
        using var store = TensorStore.Open(folder.File("data", "teacher"));
        var report = JsonDocument.Parse(File.ReadAllText(folder.File("filtered", "filter.json"))).RootElement;
        var (text, subject) = (report.GetProperty("thresholds").GetProperty("text").GetDouble(), report.GetProperty("thresholds").GetProperty("subject").GetDouble());
        var kept = 0;
        for (var row = 0L; row < store.Count; row++)
        {
            using var texts = filtered.FloatBatch("text_similarity", [row]);
            using var subjects = filtered.FloatBatch("subject_similarity", [row]);
            var passes = texts.item<float>() >= (float)text && subjects.item<float>() >= (float)subject;
            Assert.Equal(passes ? 1 : 0, filtered.Number(SampleFields.Kept, row));
            kept += passes ? 1 : 0;
        }

        Assert.Equal(kept, report.GetProperty("kept").GetInt32());
        Assert.Equal(store.Count, filtered.Count);
        var faults = Enumerable.Range(0, (int)store.Count).Count(row => store.Number(CompositeFields.Fault.Name, row) != (int)TeacherFault.None);
        var (found, validated) = (report.GetProperty("calibration"), report.GetProperty("validation"));
        Assert.Equal(faults, new[] { found, validated }.Sum(part => part.GetProperty("true_positives").GetInt32() + part.GetProperty("false_negatives").GetInt32()));
        Assert.InRange(report.GetProperty("precision").GetDouble(), 0, 1);
        Assert.True(report.GetProperty("dropped_by_fault").TryGetProperty("None", out _));
    }

    [Fact]
    public void Run_FilterWithGivenThresholds_NothingIsSearched()
    {
        RandomEvaluators.Clip(folder.File("clip"));
        RandomEvaluators.Dino(folder.File("dino"));
        Run("""{ "stage": "filter", "output": "filtered", "store": "data/teacher", "clip": "clip", "dino": "dino", "threads": 1, "thresholds": { "text": -1, "subject": 1.1 } }""");
        using var report = JsonDocument.Parse(File.ReadAllText(folder.File("filtered", "filter.json")));
        Assert.Equal(0, report.RootElement.GetProperty("kept").GetInt32());
        Assert.False(report.RootElement.TryGetProperty("calibration", out _));
        Assert.Equal(1, report.RootElement.GetProperty("recall").GetDouble());
        Assert.Contains("evaluator.json", Assert.Throws<ArgumentException>(() => Run("""{ "stage": "filter", "output": "f", "store": "data/teacher", "clip": "data", "dino": "dino" }""")).Message, StringComparison.Ordinal);
    }

    private void Run(string json)
    {
        var path = folder.File("stage.json");
        File.WriteAllText(path, json);
        var context = new StageContext(folder.Path, new SilentReport(), TimeProvider.System);
        new StageRunner(context, _ => { }).Run(StageFile.Load(path), TestContext.Current.CancellationToken);
    }
}
