using Cafe.Diffuser.Scheduling;

namespace Cafe.Diffuser.Tests.Scheduling;

public sealed class ShapeTimesTests
{
    private readonly ShapeTimes _times = new(new Shape(64, 64), new Dictionary<int, double> { [1] = 1, [2] = 1.5 }, decodeSeconds: 0.5);

    [Fact]
    public void Steps_ShapeNotMeasured_StartsInProportionToItsArea()
    {
        Assert.Equal(3, _times.Steps(new Shape(128, 64))[2], 1e-9);
        Assert.Equal(1, _times.DecodeSeconds(new Shape(64, 128)), 1e-9);
    }

    [Fact]
    public void Observe_OneShape_LeavesTheOthersAlone()
    {
        for (var i = 0; i < 200; i++)
        {
            _times.Steps(new Shape(128, 64)).Observe(2, 10);
            _times.ObserveDecode(new Shape(128, 64), 4);
        }

        Assert.Equal(10, _times.Steps(new Shape(128, 64))[2], 1e-3);
        Assert.Equal(4, _times.DecodeSeconds(new Shape(128, 64)), 1e-3);
        Assert.Equal((1.5, 0.5), (_times.Steps(new Shape(64, 64))[2], _times.DecodeSeconds(new Shape(64, 64))));
    }
}
