using Cafe.Scheduling.Steps;

namespace Cafe.Scheduling.Tests.Steps;

public sealed class StepTimesTests
{
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(2, 2.0)]
    [InlineData(4, 3.0)]
    [InlineData(3, 2.5)]
    [InlineData(8, 5.0)]
    public void Indexer_BetweenAndBeyondEntries_IsLinear(int rows, double seconds) =>
        Assert.Equal(seconds, new StepTimes(new Dictionary<int, double> { [1] = 1, [2] = 2, [4] = 3 })[rows], 1e-12);

    [Fact]
    public void Indexer_OneEntry_IsProportional() =>
        Assert.Equal(6, new StepTimes(new Dictionary<int, double> { [2] = 3 })[4], 1e-12);

    [Fact]
    public void Observe_CallsTakeLonger_MovesTowardsThem()
    {
        var times = new StepTimes(new Dictionary<int, double> { [1] = 1, [2] = 2 });
        for (var i = 0; i < 200; i++)
        {
            times.Observe(2, 4);
        }

        Assert.Equal(4, times[2], 1e-3);
        Assert.Equal(1, times[1]);
    }

    [Fact]
    public void Constructor_NoEntries_Throws() =>
        Assert.Throws<ArgumentException>(() => new StepTimes(new Dictionary<int, double>()));
}
