using Cafe.Training.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Diffusion;

public sealed class NoiseScheduleTests
{
    [Fact]
    public void AlphaBars_OfStableDiffusionsSchedule_AreThePublishedOnes()
    {
        using var schedule = new NoiseSchedule(new NoiseScheduleOptions());
        Assert.Equal(1 - 0.00085, schedule.AlphaBars[0], 1e-12);
        Assert.Equal(0.0046601, schedule.AlphaBars[^1], 1e-6);
    }

    [Fact]
    public void AlphaBars_Rescaled_EndAtZeroAndBeginUnchanged()
    {
        using var schedule = new NoiseSchedule(new NoiseScheduleOptions { RescaleBetasZeroSnr = true });
        Assert.Equal(1 - 0.00085, schedule.AlphaBars[0], 1e-12);
        Assert.Equal(0, schedule.AlphaBars[^1], 1e-12);
    }

    [Theory]
    [InlineData("epsilon")]
    [InlineData("v_prediction")]
    [InlineData("sample")]
    public void Corrupt_ThenSolvedForTheCleanSample_GivesItBack(string prediction)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule(new NoiseScheduleOptions { PredictionType = prediction });
        var (clean, noise) = (randn(3, 2, 4, 4), randn(3, 2, 4, 4));
        var steps = tensor(new long[] { 0, 400, 900 });
        var (noisy, wanted, _) = schedule.Corrupt(clean, noise, steps);
        var alphaBar = schedule.Table.index_select(0, steps).reshape(-1, 1, 1, 1);
        var solved = prediction switch
        {
            "epsilon" => (noisy - (1 - alphaBar).sqrt() * wanted) / alphaBar.sqrt(),
            "v_prediction" => alphaBar.sqrt() * noisy - (1 - alphaBar).sqrt() * wanted,
            _ => wanted,
        };
        Assert.True((solved - clean).abs().max().item<float>() < 1e-4);
    }

    // v = (signal noisy - sample) / spread: an error of the sample is one of the velocity, divided by the spread.
    [Fact]
    public void Corrupt_ForSamples_WeighsErrorsAsThoseOfTheVelocity()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule(new NoiseScheduleOptions { PredictionType = "sample" });
        var (clean, noise, wrong) = (randn(2, 2, 4, 4), randn(2, 2, 4, 4), randn(2, 2, 4, 4));
        var steps = tensor(new long[] { 400, 900 });
        var (noisy, _, weights) = schedule.Corrupt(clean, noise, steps);
        var alphaBar = schedule.Table.index_select(0, steps).reshape(-1, 1, 1, 1);
        Tensor Velocity(Tensor sample) => (alphaBar.sqrt() * noisy - sample) / (1 - alphaBar).sqrt();
        var wanted = (Velocity(wrong) - Velocity(clean)).square();
        Assert.True((weights * (wrong - clean).square() - wanted).abs().max().item<float>() < 1e-3);
    }

    [Fact]
    public void Constructor_WithAnUnknownSchedule_NamesIt()
    {
        var e = Assert.Throws<ArgumentException>(() => new NoiseSchedule(new NoiseScheduleOptions { BetaSchedule = "sigmoid" }));
        Assert.Contains("'sigmoid'", e.Message, StringComparison.Ordinal);
    }
}
