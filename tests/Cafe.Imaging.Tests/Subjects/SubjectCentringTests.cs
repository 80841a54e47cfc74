using Cafe.Imaging.Decoding;
using Cafe.Imaging.Encoding;
using Cafe.Imaging.Subjects;

namespace Cafe.Imaging.Tests.Subjects;

public sealed class SubjectCentringTests
{
    private static readonly SubjectCentringOptions Options = new() { Side = 128 };
    private static readonly Rgb Red = new(220, 20, 30);

    [Fact]
    public void Apply_CutOutInACorner_CentresAndFillsTheShare()
    {
        var centred = SubjectCentring.Apply(TestPictures.Disc(200, 120, 30, 30, 20, Red), Options);
        Assert.True(centred.Applied);
        Assert.Equal(SubjectGround.Transparent, centred.Ground);
        AssertCentred(centred.Picture);
    }

    [Theory]
    [InlineData(255, 255, 255)]
    [InlineData(30, 160, 90)]
    public void Apply_PlainGround_CentresWithoutARim(byte r, byte g, byte b)
    {
        var picture = TestPictures.Disc(200, 160, 150, 100, 40, Red).Over(new Rgb(r, g, b)).Resize(180, 140);
        var centred = SubjectCentring.Apply(Opaque(picture), Options);
        Assert.True(centred.Applied);
        Assert.Equal(SubjectGround.Plain, centred.Ground);
        AssertCentred(centred.Picture);

        // Between the disc and the grey nothing of the old ground may show: no pixel is closer to it than the grey is.
        for (var i = 0; i < centred.Picture.Rgb.Length; i += 3)
        {
            Assert.False(
                Math.Abs(centred.Picture.Rgb[i] - r) + Math.Abs(centred.Picture.Rgb[i + 1] - g) + Math.Abs(centred.Picture.Rgb[i + 2] - b) < 40,
                $"pixel {i / 3} shows the old ground");
        }
    }

    [Fact]
    public void Apply_PlainGroundThroughJpeg_StillCentres()
    {
        var jpeg = JpegEncoder.Encode(TestPictures.Disc(200, 160, 60, 100, 40, Red).Over(new Rgb(240, 240, 235)), 80);
        var centred = SubjectCentring.Apply(PictureDecoder.DecodeWithAlpha(jpeg, ImageLimits.Default), Options);
        Assert.True(centred.Applied);

        // JPEG's halved colour resolution leaves two or three pixels of soft edge.
        AssertCentred(centred.Picture, softEdge: 6);
    }

    [Fact]
    public void Apply_Scene_TakesThePictureAsItIs()
    {
        var scene = TestPictures.Noise(90, 70, 4);
        var centred = SubjectCentring.Apply(Opaque(scene), Options);
        Assert.False(centred.Applied);
        Assert.Equal(SubjectGround.Scene, centred.Ground);
        Assert.Equal(scene.Rgb, centred.Picture.Rgb);
    }

    [Fact]
    public void Apply_NothingOnPlainGround_TakesThePictureAsItIs() =>
        Assert.False(SubjectCentring.Apply(Opaque(Picture.Filled(50, 50, Rgb.White)), Options).Applied);

    [Fact]
    public void Apply_FullyTransparent_TakesThePictureAsItIs() =>
        Assert.False(SubjectCentring.Apply(new AlphaPicture(40, 40, new byte[4 * 40 * 40]), Options).Applied);

    [Fact]
    public void Apply_Disabled_TakesThePictureAsItIs() =>
        Assert.False(SubjectCentring.Apply(TestPictures.Disc(200, 120, 30, 30, 20, Red), Options with { Enabled = false }).Applied);

    [Fact]
    public void Apply_FillOfZero_NamesTheOption() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SubjectCentring.Apply(TestPictures.Disc(20, 20, 9, 9, 5, Red), Options with { Fill = 0 }));

    private static AlphaPicture Opaque(Picture picture) =>
        PictureDecoder.DecodeWithAlpha(PngEncoder.Encode(picture), ImageLimits.Default);

    private static void AssertCentred(Picture picture, int softEdge = 0)
    {
        Assert.Equal((128, 128), (picture.Width, picture.Height));
        Assert.Equal(Rgb.Grey, picture[1, 1]);
        Assert.Equal(Rgb.Grey, picture[126, 126]);

        // 94% of 128 is 120: the disc reaches from 4 to 124 in both directions.
        Assert.InRange((int)picture[64, 64].R, 205, 235);
        Assert.InRange((int)picture[64, 7 + softEdge].R, 200, 240);
        Assert.InRange((int)picture[7 + softEdge, 64].R, 200, 240);
        Assert.InRange((int)picture[120 - softEdge, 64].R, 200, 240);
        Assert.Equal(Rgb.Grey, picture[64, 2]);
    }
}
