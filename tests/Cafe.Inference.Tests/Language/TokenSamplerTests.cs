using Cafe.Inference.Language;
using CsCheck;

namespace Cafe.Inference.Tests.Language;

public sealed class TokenSamplerTests
{
    [Fact]
    public void Sample_TemperatureZero_TakesTheFirstOfTheMostLikely() =>
        Assert.Equal(2, TokenSampler.Sample([0, 1, 5, 5, 2], 0, 0.9, 1, 0));

    [Fact]
    public void Sample_SameSeedAndPosition_GivesTheSameTokenAndOthersDiffer()
    {
        var logits = Enumerable.Range(0, 100).Select(i => i % 7 * 0.1f).ToArray();
        var draws = Enumerable.Range(0, 50).Select(position => TokenSampler.Sample(logits, 1, 1, 42, position)).ToArray();
        Assert.Equal(draws, Enumerable.Range(0, 50).Select(position => TokenSampler.Sample(logits, 1, 1, 42, position)));
        Assert.NotEqual(draws, Enumerable.Range(0, 50).Select(position => TokenSampler.Sample(logits, 1, 1, 43, position)));
        Assert.True(draws.Distinct().Count() > 10);
    }

    [Fact]
    public void Sample_TopP_NeverLeavesTheNucleus() =>
        Gen.Select(Gen.Float[-5, 5].Array[2, 60], Gen.Double[0.05, 0.99], Gen.Double[0.1, 2], Gen.ULong).Sample(
            (logits, topP, temperature, seed) =>
            {
                var id = TokenSampler.Sample(logits, temperature, topP, seed, 3);
                var largest = logits.Max();
                var weights = logits.Select(logit => Math.Exp((logit - largest) / temperature)).ToArray();
                var better = weights.Where(weight => weight > weights[id]).Sum();
                Assert.True(better < topP * weights.Sum() * (1 + 1e-9)); // the tokens before it did not make up the nucleus
            },
            iter: 300);

    [Fact]
    public void Sample_ManySeeds_FollowsTheProbabilities()
    {
        float[] logits = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)];
        var counts = new int[3];
        for (var seed = 0UL; seed < 20000; seed++)
        {
            counts[TokenSampler.Sample(logits, 1, 1, seed, 0)]++;
        }

        Assert.InRange(counts[0], 9700, 10300);
        Assert.InRange(counts[1], 5700, 6300);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Sample_LogitsThatAreNoNumbers_IsAnError(float bad) =>
        Assert.Throws<ModelOutputException>(() => TokenSampler.Sample([0, bad, 1], 0.7, 0.9, 1, 0));
}
