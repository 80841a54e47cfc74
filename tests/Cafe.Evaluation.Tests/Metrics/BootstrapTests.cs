using Cafe.Evaluation.Metrics;

namespace Cafe.Evaluation.Tests.Metrics;

public sealed class BootstrapTests
{
    private readonly Bootstrap bootstrap = new();

    [Fact]
    public void Mean_ConstantValues_IntervalIsThePoint()
    {
        var interval = bootstrap.Mean([0.25, 0.25, 0.25]);
        Assert.Equal(new Interval(0.25, 0.25, 0.25, 3), interval);
    }

    // Two values 0 and 1 drawn twice: means 0, 1/2, 1 with 1/4, 1/2, 1/4, so 2.5% and 97.5% are 0 and 1, and the middle 40% is 1/2 alone.
    [Fact]
    public void Mean_TwoValues_TheDistributionByHand()
    {
        var interval = bootstrap.Mean([0.0, 1]);
        Assert.Equal((0.5, 0, 1), (interval.Mean, interval.Low, interval.High));
        var middle = new Bootstrap(confidence: 0.4).Mean([0.0, 1]);
        Assert.Equal((0.5, 0.5), (middle.Low, middle.High));
    }

    // 400 values of 0 and 1: the mean's deviation is sqrt(.25 / 400) = .025, so the interval is .5 +- .049.
    [Fact]
    public void Mean_ManyIndependentValues_NearTheNormalInterval()
    {
        var interval = bootstrap.Mean([.. Enumerable.Range(0, 400).Select(i => (double)(i % 2))]);
        Assert.Equal(0.451, interval.Low, 0.01);
        Assert.Equal(0.549, interval.High, 0.01);
    }

    [Fact]
    public void Mean_TwoClusters_AsWideAsTheClusters()
    {
        var interval = bootstrap.Mean([.. Enumerable.Range(0, 400).Select(i => (i % 2, (double)(i % 2)))]);
        Assert.Equal((0.5, 0, 1), (interval.Mean, interval.Low, interval.High));
    }

    [Fact]
    public void PairedDifference_SameShiftEverywhere_ExactWhereTheMeansAreNot()
    {
        var first = Enumerable.Range(0, 20).ToDictionary(i => i, i => i * 10.0);
        var second = first.ToDictionary(pair => pair.Key, pair => pair.Value + 0.5);
        second[99] = 1e6; // has no partner
        var interval = bootstrap.PairedDifference(first, second, item => item);
        Assert.Equal((0.5, 0.5, 0.5, 20), (interval.Mean, interval.Low, interval.High, interval.Count));
        Assert.True(interval.ExcludesZero);
        Assert.Throws<ArgumentException>(() => bootstrap.PairedDifference(first, new Dictionary<int, double>(), item => item));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.25, 1.75)]
    [InlineData(1, 4)]
    public void Percentile_BetweenOrderStatistics_Linear(double share, double expected) => Assert.Equal(expected, Bootstrap.Percentile([1, 2, 3, 4], share), 12);
}
