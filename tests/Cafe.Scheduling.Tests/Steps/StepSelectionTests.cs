using Cafe.Scheduling.Steps;

namespace Cafe.Scheduling.Tests.Steps;

public sealed class StepSelectionTests
{
    [Fact]
    public void Choose_TimeGrowsWithTheRows_TakesTheShortestAlone() =>
        Assert.Equal(1, Choose(new() { [1] = 1, [8] = 8 }, 32, (2, 0.2), (2, 0.1), (2, 0.05)));

    [Fact]
    public void Choose_RowsAreFree_TakesEverything() =>
        Assert.Equal(3, Choose(new() { [1] = 1, [8] = 1 }, 32, (2, 0.2), (2, 0.1), (2, 0.05)));

    [Fact]
    public void Choose_FixedCostOutweighsARow_TakesEqualRequestsTogether() =>
        Assert.Equal(2, Choose(new() { [2] = 1, [4] = 1.2, [6] = 3 }, 32, (2, 0.1), (2, 0.1), (2, 0.1)));

    [Fact]
    public void Choose_MoreRowsThanFit_StopsAtTheBound() =>
        Assert.Equal(2, Choose(new() { [1] = 1, [8] = 1 }, 5, (2, 0.1), (2, 0.1), (2, 0.1)));

    [Fact]
    public void Choose_OneCandidateBeyondTheBound_IsTakenAlone() =>
        Assert.Equal(1, Choose(new() { [1] = 1 }, 2, (3, 0.1), (3, 0.1)));

    [Fact]
    public void Choose_NoCandidates_TakesNone() => Assert.Equal(0, Choose(new() { [1] = 1 }, 2));

    private static int Choose(Dictionary<int, double> times, int maxRows, params (int Rows, double Worth)[] candidates) =>
        StepSelection.Choose(
            candidates.Select(candidate => new StepCandidate(candidate.Rows, candidate.Worth)).ToArray(), new StepTimes(times), maxRows);
}
