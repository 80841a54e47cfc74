using Cafe.Evaluation.Filtering;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;

namespace Cafe.Evaluation.Tests.Filtering;

public sealed class ThresholdSearchTests
{
    [Fact]
    public void Keeps_AtTheThreshold_Kept()
    {
        Assert.True(FilterThresholds.Paper.Keeps(new FilterScore(0.3, 0.6)));
        Assert.False(FilterThresholds.Paper.Keeps(new FilterScore(0.2999, 0.9)));
        Assert.False(FilterThresholds.Paper.Keeps(new FilterScore(0.9, 0.5999)));
    }

    // Good: text from .5, subject from .7. Wrong scenes fail the first, wrong subjects the second: one pair of thresholds finds all.
    [Fact]
    public void Find_SeparableFaults_AllFoundAndNoneWrongly()
    {
        var samples = new List<(FilterScore, bool)>();
        for (var i = 0; i < 40; i++)
        {
            samples.Add((new FilterScore(0.5 + (i * 0.01), 0.7 + (i * 0.005)), false));
            samples.Add((new FilterScore(0.1 + (i * 0.005), 0.8), i % 2 == 0));
            samples.Add((new FilterScore(0.8, 0.2 + (i * 0.01)), true));
        }

        samples.RemoveAll(sample => !sample.Item2 && sample.Item1.Text < 0.5);
        var thresholds = ThresholdSearch.Find(samples);
        var detection = ThresholdSearch.Measure(thresholds, samples);
        Assert.Equal((1, 1), (detection.Precision, detection.Recall));
        Assert.Equal(new Detection(60, 0, 0, 40), detection);
    }

    // The text tells nothing here, so it should drop nothing.
    [Fact]
    public void Find_ModelThatTellsNothing_StaysOut()
    {
        var samples = Enumerable.Range(0, 100).Select(i => (new FilterScore(i * 37 % 100 / 100.0, i / 100.0), i < 30)).ToList();
        var thresholds = ThresholdSearch.Find(samples);
        var detection = ThresholdSearch.Measure(thresholds, samples);
        Assert.True(thresholds.Text <= 0.02, $"{thresholds}");
        Assert.True(detection.F1 > 0.95, $"{detection}");
    }

    [Fact]
    public void Find_NoFaults_Refused() => Assert.Throws<ArgumentException>(() => ThresholdSearch.Find([(new FilterScore(1, 1), false)]));

    [Fact]
    public void ReadThresholds_OfAReport_TheSame()
    {
        var folder = Directory.CreateTempSubdirectory("cafe-").FullName;
        new FilterReport { Thresholds = new FilterThresholds(0.25, 0.5), Clip = "clip", Dino = "dino", Validation = new Detection(3, 1, 2, 1) }.Write(folder);
        var path = Path.Combine(folder, FilterReport.FileName);
        Assert.Equal(new FilterThresholds(0.25, 0.5), FilterReport.ReadThresholds(path));
        Assert.Contains("\"precision\": 0.75", File.ReadAllText(path), StringComparison.Ordinal);
        File.WriteAllText(path, "{}");
        Assert.Throws<PlanException>(() => FilterReport.ReadThresholds(path));
        Directory.Delete(folder, recursive: true);
    }
}
