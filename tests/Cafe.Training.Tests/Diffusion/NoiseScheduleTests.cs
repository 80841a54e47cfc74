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
    public void Corrupt_ThenSolvedForTheCleanSample_GivesItBack(string prediction)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule(new NoiseScheduleOptions { PredictionType = prediction });
        var (clean, noise) = (randn(3, 2, 4, 4), randn(3, 2, 4, 4));
        var steps = tensor(new long[] { 0, 400, 900 });
        var (noisy, wanted) = schedule.Corrupt(clean, noise, steps);
        var alphaBar = schedule.Table.index_select(0, steps).reshape(-1, 1, 1, 1);
        var solved = schedule.PredictsVelocity
            ? alphaBar.sqrt() * noisy - (1 - alphaBar).sqrt() * wanted
            : (noisy - (1 - alphaBar).sqrt() * wanted) / alphaBar.sqrt();
        Assert.True((solved - clean).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void Constructor_WithAnUnknownSchedule_NamesIt()
    {
        var e = Assert.Throws<ArgumentException>(() => new NoiseSchedule(new NoiseScheduleOptions { BetaSchedule = "sigmoid" }));
        Assert.Contains("'sigmoid'", e.Message, StringComparison.Ordinal);
    }
}
