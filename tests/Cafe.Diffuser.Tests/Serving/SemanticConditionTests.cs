using Cafe.Diffuser.Serving;

namespace Cafe.Diffuser.Tests.Serving;

public sealed class SemanticConditionTests
{
    [Theory]
    [InlineData(0.0, 10f)]
    [InlineData(0.25, 8f)]
    [InlineData(1.0, 2f)]
    public void Mix_Alpha_WeighsThePrediction(double alpha, float expected) =>
        Assert.Equal([expected], SemanticCondition.Mix([2], [10], alpha));

    [Fact]
    public void Normalize_SeveralTokens_EachAtLengthOne() =>
        Assert.Equal([0.6f, 0.8f, 0, 0, 0, 1], SemanticCondition.Normalize([3, 4, 0, 0, 0, 7], 2));
}
