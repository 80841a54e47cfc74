using Cafe.Evaluation.Metrics;

namespace Cafe.Evaluation.Tests.Metrics;

public sealed class SimilarityTests
{
    [Fact]
    public void Cosine_ThreeFourAgainstFourThree_TwentyFourOverTwentyFive()
    {
        Assert.Equal(24 / 25.0, Similarity.Cosine([3, 4], [4, 3]), 12);
        Assert.Equal(-1, Similarity.Cosine([1, 2], [-2, -4]), 12);
        Assert.Equal(0, Similarity.Cosine([0, 7], [5, 0]), 12);
    }

    [Fact]
    public void Cosine_NoDirection_Refused()
    {
        Assert.Throws<ArgumentException>(() => Similarity.Cosine([0, 0], [1, 0]));
        Assert.Throws<ArgumentException>(() => Similarity.Cosine([float.NaN, 0], [1, 0]));
        Assert.Throws<ArgumentException>(() => Similarity.Cosine([1], [1, 0]));
    }

    // (1, 0) to (1, 0), (0, 1), (-1, 0): 1, 0, -1. (3, 4) to the same: 3/5, 4/5, -3/5. Over all pairs (0 + 4/5) / 6 = 2/15.
    [Fact]
    public void MeanTo_AveragedOverGenerated_IsMeanOverAllPairs()
    {
        float[][] real = [[1, 0], [0, 1], [-1, 0]];
        Assert.Equal(0, Similarity.MeanTo([1, 0], real), 12);
        Assert.Equal(4 / 15.0, Similarity.MeanTo([3, 4], real), 12);
        Assert.Equal(2 / 15.0, new[] { new float[] { 1, 0 }, [3, 4] }.Average(g => Similarity.MeanTo(g, real)), 12);
    }

    // Pairs: 12: 0, 13: 3/5, 23: 4/5.
    [Fact]
    public void MeanWithin_ThreePictures_MeanOfThreePairs() => Assert.Equal(1.4 / 3, Similarity.MeanWithin([[1, 0], [0, 1], [3, 4]]), 12);
}
