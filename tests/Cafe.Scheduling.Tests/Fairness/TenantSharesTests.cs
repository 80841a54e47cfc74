using Cafe.Scheduling.Fairness;

namespace Cafe.Scheduling.Tests.Fairness;

public sealed class TenantSharesTests
{
    [Fact]
    public void Lead_OneTenantWasServedMore_IsTheDifference()
    {
        var shares = new TenantShares();
        shares.Enter("a");
        shares.Enter("b");
        shares.Charge("a", 5);
        Assert.Equal(5, shares.Lead("a"));
        Assert.Equal(0, shares.Lead("b"));
    }

    [Fact]
    public void Leave_LastRequestOfATenant_ForgetsIt()
    {
        var shares = new TenantShares();
        for (var i = 0; i < 1_000; i++)
        {
            shares.Enter($"key-{i}");
            shares.Charge($"key-{i}", 1);
            shares.Leave($"key-{i}");
        }

        Assert.Equal(0, shares.Count);
        Assert.Throws<InvalidOperationException>(() => shares.Leave("key-1"));
    }
}
