using Cafe.Imaging.Tensors;

namespace Cafe.Imaging.Tests.Tensors;

public sealed class PixelTensorsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 5)]
    [InlineData(64, 64)]
    public void FromTensor_OfToTensor_GivesThePixelsBack(int width, int height)
    {
        var picture = TestPictures.Noise(width, height, 3);
        var chw = new float[3 * width * height];
        picture.ToTensor(PixelNormalization.Diffuser, chw);
        Assert.Equal(picture.Rgb, Picture.FromTensor(chw, width, height).Rgb);
    }

    [Fact]
    public void FromTensor_OutsideTheRange_IsClamped()
    {
        var chw = Enumerable.Repeat(-7f, 20).Concat(Enumerable.Repeat(float.PositiveInfinity, 20)).Concat(Enumerable.Repeat(0f, 20)).ToArray();
        var picture = Picture.FromTensor(chw, 20, 1);
        Assert.Equal(new Rgb(0, 255, 128), picture[0, 0]);
        Assert.Equal(new Rgb(0, 255, 128), picture[19, 0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(59)]
    public void FromTensor_NotANumber_Throws(int at)
    {
        var chw = new float[60];
        chw[at] = float.NaN;
        Assert.Throws<ArgumentException>(() => Picture.FromTensor(chw, 20, 1));
    }

    [Fact]
    public void ToTensor_WrongLength_Throws() =>
        Assert.Throws<ArgumentException>(() => TestPictures.Gradient(4, 4).ToTensor(PixelNormalization.Clip, new float[47]));

    [Fact]
    public void PixelNormalization_DeviationOfZero_Throws() =>
        Assert.Throws<ArgumentException>(() => new PixelNormalization([0, 0, 0], [1, 0, 1]));
}
