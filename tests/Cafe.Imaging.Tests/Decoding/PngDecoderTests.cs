using Cafe.Imaging.Decoding;
using Cafe.Imaging.Encoding;

namespace Cafe.Imaging.Tests.Decoding;

public sealed class PngDecoderTests
{
    private static readonly byte[] Palette = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9];

    [Theory]
    [InlineData(1, 0b0100_0000, 255)]
    [InlineData(2, 0b0010_0000, 170)]
    [InlineData(4, 0b0000_0111, 119)]
    public void Decode_GreyOfFewBits_SpreadsOverTheRange(byte depth, byte row, byte expected) =>
        Assert.Equal(new Rgb(expected, expected, expected), Decode(HandMadePng.Build(2, 1, depth, 0, [0, row])).Over(Rgb.White)[1, 0]);

    [Fact]
    public void Decode_PaletteOfTwoBitsWithTransparency_UsesBoth()
    {
        var png = HandMadePng.Build(4, 1, 2, 3, [0, 0b0001_1011], 0, ("PLTE", Palette), ("tRNS", [0, 128]));
        Assert.Equal([255, 0, 0, 0, 0, 255, 0, 128, 0, 0, 255, 255, 9, 9, 9, 255], Decode(png).Rgba.ToArray());
    }

    [Fact]
    public void Decode_TrueColourWithTransparentColour_ClearsExactlyThatColour()
    {
        var png = HandMadePng.Build(2, 1, 8, 2, [0, 1, 2, 3, 1, 2, 4], 0, ("tRNS", [0, 1, 0, 2, 0, 3]));
        Assert.Equal([1, 2, 3, 0, 1, 2, 4, 255], Decode(png).Rgba.ToArray());
    }

    [Fact]
    public void Decode_GreyOf16BitsWithTransparentGrey_ComparesAllBits()
    {
        var png = HandMadePng.Build(2, 1, 16, 0, [0, 0x12, 0x34, 0x12, 0x35], 0, ("tRNS", [0x12, 0x34]));
        Assert.Equal([0x12, 0x12, 0x12, 0, 0x12, 0x12, 0x12, 255], Decode(png).Rgba.ToArray());
    }

    [Fact]
    public void Decode_TrueColourAlphaOf16Bits_KeepsHighBytes()
    {
        var png = HandMadePng.Build(1, 1, 16, 6, [0, 1, 0xFF, 2, 0xFF, 3, 0xFF, 4, 0xFF]);
        Assert.Equal([1, 2, 3, 4], Decode(png).Rgba.ToArray());
    }

    [Fact]
    public void Decode_GreyAlpha_HasBoth() =>
        Assert.Equal([7, 7, 7, 9], Decode(HandMadePng.Build(1, 1, 8, 4, [0, 7, 9])).Rgba.ToArray());

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(17, 9)]
    public void Decode_Interlaced_PutsEveryPixelInPlace(int width, int height)
    {
        // Each pixel's grey is its number: 0, 1, 2, ... in reading order.
        (int X, int Y, int StepX, int StepY)[] passes =
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        var rows = new List<byte>();
        foreach (var pass in passes)
        {
            for (var y = pass.Y; y < height && pass.X < width; y += pass.StepY)
            {
                rows.Add(0);
                for (var x = pass.X; x < width; x += pass.StepX)
                {
                    rows.Add((byte)((y * width) + x));
                }
            }
        }

        var picture = Decode(HandMadePng.Build(width, height, 8, 0, [.. rows], interlace: 1));
        for (var i = 0; i < width * height; i++)
        {
            Assert.Equal((byte)i, picture.Rgba[4 * i]);
        }
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(16, 3)]
    [InlineData(8, 5)]
    public void Decode_DepthThatTheTypeForbids_IsCorrupt(byte depth, byte type) =>
        AssertRefused(ImageRefusal.Corrupt, HandMadePng.Build(1, 1, depth, type, new byte[20]));

    [Fact]
    public void Decode_PaletteIndexPastThePalette_IsCorrupt() =>
        AssertRefused(ImageRefusal.Corrupt, HandMadePng.Build(1, 1, 8, 3, [0, 4], 0, ("PLTE", Palette)));

    [Fact]
    public void Decode_NoPalette_IsCorrupt() => AssertRefused(ImageRefusal.Corrupt, HandMadePng.Build(1, 1, 8, 3, [0, 0]));

    [Fact]
    public void Decode_FilterOutOfRange_IsCorrupt() => AssertRefused(ImageRefusal.Corrupt, HandMadePng.Build(1, 1, 8, 0, [5, 0]));

    [Fact]
    public void Decode_TooFewRows_IsTruncated() => AssertRefused(ImageRefusal.Truncated, HandMadePng.Build(2, 3, 8, 0, [0, 1, 1, 0, 1, 1]));

    [Fact]
    public void Decode_FlippedBitInPixels_IsCorrupt()
    {
        var png = PngEncoder.Encode(TestPictures.Noise(16, 16, 1));
        png[png.Length / 2] ^= 4;
        AssertRefused(ImageRefusal.Corrupt, png);
    }

    [Fact]
    public void Decode_NoEnd_IsTruncated() => AssertRefused(ImageRefusal.Truncated, PngEncoder.Encode(TestPictures.Noise(16, 16, 1))[..^12]);

    private static AlphaPicture Decode(byte[] png) => PictureDecoder.DecodeWithAlpha(png, ImageLimits.Default);

    private static void AssertRefused(ImageRefusal reason, byte[] png) =>
        Assert.Equal(reason, Assert.Throws<ImageFormatException>(() => Decode(png)).Reason);
}
