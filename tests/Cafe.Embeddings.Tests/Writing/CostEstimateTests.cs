using Cafe.Embeddings.Writing;

namespace Cafe.Embeddings.Tests.Writing;

public sealed class CostEstimateTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(100, 50)]
    [InlineData(10_000, 250)]
    public void ReadBudget_CostOfEncoding_IsHalfOfItWithinBounds(int cost, int budget) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(budget),
            new CostEstimate(TimeSpan.FromMilliseconds(cost)).ReadBudget(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(250)));

    [Theory]
    [InlineData(0.01, 2)]
    [InlineData(1, 8)]
    [InlineData(100, 60)]
    public void Lease_CostOfEncoding_IsEightOfItWithinBounds(double cost, double lease) =>
        Assert.Equal(TimeSpan.FromSeconds(lease), new CostEstimate(TimeSpan.FromSeconds(cost)).Lease(TimeSpan.FromSeconds(2)));

    [Fact]
    public void Add_SameCostOften_ApproachesIt()
    {
        var cost = new CostEstimate(TimeSpan.FromSeconds(1));

        for (var i = 0; i < 40; i++)
        {
            cost.Add(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(cost.Mean.TotalMilliseconds, 100, 101);
    }
}
