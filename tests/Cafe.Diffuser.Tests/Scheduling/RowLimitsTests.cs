using Cafe.Diffuser.Scheduling;

namespace Cafe.Diffuser.Tests.Scheduling;

public sealed class RowLimitsTests
{
    private static readonly Shape Shape = new(64, 64);
    private readonly RowLimits _limits = new(maxRows: 8);

    [Fact]
    public void Failed_Repeatedly_HalvesButLeavesRoomForOnePicture()
    {
        Assert.Equal(8, _limits.Of(Shape));
        _limits.Failed(Shape, 8);
        Assert.Equal(4, _limits.Of(Shape));
        _limits.Failed(Shape, 4);
        Assert.Equal(RowLimits.Least, _limits.Of(Shape));
        Assert.Equal(8, _limits.Of(new Shape(64, 128)));
    }

    [Fact]
    public void Succeeded_ManyFullCalls_TriesMoreRowsUntilTheLimitIsGone()
    {
        _limits.Failed(Shape, 8);
        for (var i = 0; i < 4 * RowLimits.Patience; i++)
        {
            _limits.Succeeded(Shape, 1);
        }

        Assert.Equal(4, _limits.Of(Shape));
        for (var i = 0; i < 4 * RowLimits.Patience; i++)
        {
            _limits.Succeeded(Shape, _limits.Of(Shape));
        }

        Assert.Equal(8, _limits.Of(Shape));
    }
}
