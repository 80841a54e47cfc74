using Cafe.Evaluation.Metrics;
using Cafe.Imaging;

namespace Cafe.Evaluation.Tests.Metrics;

public sealed class PsnrTests
{
    // Six values, one 5 off: mean squared error 25/6, 10 log10(65025 * 6 / 25) = 10 log10(15606).
    [Fact]
    public void Of_OneValueFiveOff_ByHand() =>
        Assert.Equal(41.9329, Psnr.Of(new Picture(2, 1, [1, 2, 3, 4, 5, 6]), new Picture(2, 1, [1, 2, 3, 4, 5, 11])), 4);

    [Fact]
    public void Of_BlackAgainstWhite_Zero() => Assert.Equal(0, Psnr.Of(Picture.Filled(2, 2, new Rgb(0, 0, 0)), Picture.Filled(2, 2, Rgb.White)), 12);

    [Fact]
    public void Of_Equal_Infinite() => Assert.Equal(double.PositiveInfinity, Psnr.Of(Picture.Filled(2, 2, Rgb.White), Picture.Filled(2, 2, Rgb.White)));

    [Fact]
    public void Of_OtherSize_Refused() => Assert.Throws<ArgumentException>(() => Psnr.Of(Picture.Filled(2, 2, Rgb.White), Picture.Filled(2, 3, Rgb.White)));
}
