using Cafe.Inference.Samplers;

namespace Cafe.Inference.Tests.Samplers;

public sealed class SeededNoiseTests
{
    [Fact]
    public void Fill_SameSeedOtherLength_GivesTheSameElements()
    {
        var (shorter, longer) = (new float[1_001], new float[4_096]);
        SeededNoise.Fill(42, shorter);
        SeededNoise.Fill(42, longer);
        Assert.Equal(shorter, longer[..1_001]);
    }

    [Fact]
    public void Fill_ManyElements_IsStandardNormal()
    {
        var noise = new float[200_000];
        SeededNoise.Fill(7, noise);
        Assert.Equal(0, noise.Average(), 0.01);
        Assert.Equal(1, noise.Average(x => (double)x * x), 0.02);
        Assert.Equal(3, noise.Average(x => Math.Pow(x, 4)), 0.1);
        Assert.Equal(0.6827, noise.Count(x => Math.Abs(x) < 1) / 200_000.0, 0.005);
    }

    [Fact]
    public void Fill_NeighbouringSeeds_AreUncorrelated()
    {
        var (left, right) = (new float[100_000], new float[100_000]);
        SeededNoise.Fill(1, left);
        SeededNoise.Fill(2, right);
        Assert.Equal(0, left.Zip(right, (a, b) => (double)a * b).Average(), 0.015);
    }

    // The generator's published answers: counter and key of zeros, and of ones.
    [Fact]
    public void Block_PublishedVectors_Agree()
    {
        Assert.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), Philox.Block(0, 0));
        Assert.Equal((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu), Philox.Block(ulong.MaxValue, UInt128.MaxValue));
    }

    [Fact]
    public void OfPicture_LargestSeed_WrapsAround() => Assert.Equal(1UL, SeededNoise.OfPicture(ulong.MaxValue, 2));
}
