using Cafe.Imaging.Resizing;
using CsCheck;

namespace Cafe.Imaging.Tests.Resizing;

public sealed class BicubicResamplerTests
{
    [Fact]
    public void Bicubic_AnySizes_TapsSumToOneAndStayInside() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300]).Sample((input, output) =>
        {
            var bank = FilterBank.Bicubic(input, output);
            for (var sample = 0; sample < output; sample++)
            {
                var sum = 0L;
                for (var tap = 0; tap < bank.Count[sample]; tap++)
                {
                    sum += bank.Weights[(sample * bank.Taps) + tap];
                }

                Assert.InRange(bank.First[sample], 0, input - 1);
                Assert.InRange(bank.First[sample] + bank.Count[sample], 1, input);
                Assert.InRange(sum, (1L << FilterBank.PrecisionBits) - bank.Taps, (1L << FilterBank.PrecisionBits) + bank.Taps);
            }
        }, iter: 100);

    [Fact]
    public void Resize_OneColour_StaysThatColour() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60]).Sample((width, height, toWidth, toHeight) =>
        {
            var resized = Picture.Filled(width, height, new Rgb(13, 200, 255)).Resize(toWidth, toHeight);
            Assert.Equal(Picture.Filled(toWidth, toHeight, new Rgb(13, 200, 255)).Rgb, resized.Rgb);
        }, iter: 100);

    [Theory]
    [InlineData(40, 30, 17, 23)]
    [InlineData(23, 90, 31, 12)]
    [InlineData(64, 64, 64, 20)]
    [InlineData(5, 3, 50, 61)]
    public void Resize_FourChannels_EqualsThreeChannelsOfEach(int width, int height, int toWidth, int toHeight)
    {
        var rgb = TestPictures.Noise(width, height, 1);
        var rgba = new byte[4 * width * height];
        for (var i = 0; i < width * height; i++)
        {
            rgb.Rgb.Slice(3 * i, 3).CopyTo(rgba.AsSpan(4 * i));
            rgba[(4 * i) + 3] = 255;
        }

        Assert.Equal(rgb.Resize(toWidth, toHeight).Rgb, new AlphaPicture(width, height, rgba).Resize(toWidth, toHeight).Over(Rgb.White).Rgb);
    }

    [Theory]
    [InlineData(301, 203, 112, 166, 112)]
    [InlineData(120, 210, 112, 112, 196)]
    [InlineData(1000, 3, 6, 2000, 6)]
    public void ResizeShortestEdge_AnyAspect_RoundsLongerSideDown(int width, int height, int size, int expectedWidth, int expectedHeight)
    {
        var resized = TestPictures.Gradient(width, height).ResizeShortestEdge(size);
        Assert.Equal((expectedWidth, expectedHeight), (resized.Width, resized.Height));
    }

    [Fact]
    public void CenterCrop_LargerThanPicture_NamesTheSide()
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => TestPictures.Gradient(10, 20).CenterCrop(11, 5));
        Assert.Equal("width", refused.ParamName);
    }
}
