using Cafe.Imaging.Decoding;
using Cafe.Imaging.Encoding;

namespace Cafe.Imaging.Tests.Encoding;

public sealed class EncoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 7)]
    [InlineData(128, 128)]
    public void PngEncode_AnyPicture_DecodesToTheSamePixels(int width, int height)
    {
        foreach (var picture in new[] { TestPictures.Noise(width, height, 5), TestPictures.Gradient(width, height) })
        {
            var decoded = PictureDecoder.Decode(PngEncoder.Encode(picture), ImageLimits.Default, Rgb.White);
            Assert.Equal(picture.Rgb, decoded.Rgb);
        }
    }

    [Fact]
    public void PngEncode_Alpha_DecodesToTheSamePixels()
    {
        var picture = TestPictures.Disc(30, 20, 12, 9, 6, new Rgb(200, 10, 30));
        Assert.Equal(picture.Rgba, PictureDecoder.DecodeWithAlpha(PngEncoder.Encode(picture), ImageLimits.Default).Rgba);
    }

    [Fact]
    public void PngEncode_Text_CanBeReadBack()
    {
        var text = new Dictionary<string, string> { ["prompt"] = "a café on the moon ☕", ["seed"] = "18446744073709551615" };
        var png = PngEncoder.Encode(TestPictures.Gradient(8, 8), text);
        Assert.Equal(text, PngText.Read(png));
        Assert.Equal((8, 8), (PictureDecoder.Decode(png, ImageLimits.Default, Rgb.White).Width, 8));
        Assert.Empty(PngText.Read(PngEncoder.Encode(TestPictures.Gradient(8, 8))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ünïcödé☕")]
    [InlineData("line\nbreak")]
    public void PngEncode_KeywordOutsideLatin1_Throws(string keyword) =>
        Assert.Throws<ArgumentException>(() => PngEncoder.Encode(TestPictures.Gradient(8, 8), new Dictionary<string, string> { [keyword] = "x" }));

    [Fact]
    public void JpegEncode_SmoothPicture_DecodesCloseToIt()
    {
        var picture = TestPictures.Gradient(64, 48);
        var jpeg = JpegEncoder.Encode(picture, 95, new Dictionary<string, string> { ["seed"] = "7" });
        var decoded = PictureDecoder.Decode(jpeg, ImageLimits.Default, Rgb.White);
        var worst = 0;
        for (var i = 0; i < picture.Rgb.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(picture.Rgb[i] - decoded.Rgb[i]));
        }

        Assert.InRange(worst, 0, 12);
        Assert.True(jpeg.AsSpan().IndexOf("seed: 7"u8) > 0);
        Assert.True(JpegEncoder.Encode(picture, 20).Length < JpegEncoder.Encode(picture, 95).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void JpegEncode_QualityOutOfRange_Throws(int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => JpegEncoder.Encode(TestPictures.Gradient(8, 8), quality));
}
