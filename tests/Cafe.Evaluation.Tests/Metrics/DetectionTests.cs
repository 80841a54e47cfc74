using Cafe.Evaluation.Metrics;

namespace Cafe.Evaluation.Tests.Metrics;

public sealed class DetectionTests
{
    [Fact]
    public void Of_CountedByHand_PrecisionRecallF1()
    {
        var detection = Detection.Of([(true, true), (true, true), (true, true), (true, false), (false, true), (false, true), (false, false)]);
        Assert.Equal(new Detection(3, 1, 2, 1), detection);
        Assert.Equal(3 / 4.0, detection.Precision, 12);
        Assert.Equal(3 / 5.0, detection.Recall, 12);
        Assert.Equal(2 * 0.75 * 0.6 / 1.35, detection.F1, 12);
    }

    [Fact]
    public void Of_NothingFound_PreciseAndUseless()
    {
        var detection = Detection.Of([(false, true), (false, false)]);
        Assert.Equal((1, 0, 0), (detection.Precision, detection.Recall, detection.F1));
    }
}
