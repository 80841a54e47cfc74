using Cafe.Evaluation.Metrics;

namespace Cafe.Evaluation.Tests.Metrics;

public sealed class RetrievalTests
{
    private static readonly float[][] Gallery = [[1, 0], [0, 1], [1, 1], [-1, 0]];

    // Cosines of (2, 1) with the gallery: 2/sqrt 5 = .894, 1/sqrt 5 = .447, 3/sqrt 10 = .949, -.894.
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    public void Rank_SortedByCosine_PlaceFromOne(int right, int rank) => Assert.Equal(rank, Retrieval.Rank([2, 1], Gallery, right));

    [Fact]
    public void Rank_ConstantEmbeddings_FindNothing() => Assert.Equal(3, Retrieval.Rank([1, 1], [[2, 2], [2, 2], [2, 2]], 1));
}
