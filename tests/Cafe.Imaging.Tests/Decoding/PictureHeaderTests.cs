using System.Buffers.Binary;
using Cafe.Imaging.Decoding;
using Cafe.Imaging.Encoding;

namespace Cafe.Imaging.Tests.Decoding;

public sealed class PictureHeaderTests
{
    [Theory]
    [InlineData("landscape.png", PictureFormat.Png, 301, 203, 1)]
    [InlineData("exif6.jpg", PictureFormat.Jpeg, 120, 210, 6)]
    [InlineData("progressive.jpg", PictureFormat.Jpeg, 301, 203, 1)]
    [InlineData("photo.webp", PictureFormat.Webp, 301, 203, 1)]
    [InlineData("alpha.webp", PictureFormat.Webp, 120, 210, 1)]
    public void Read_Golden_SaysWhatTheFileIs(string file, PictureFormat format, int width, int height, int orientation) =>
        Assert.Equal(new PictureHeader(format, width, height, orientation), PictureHeader.Read(GoldenCase.Bytes(file), ImageLimits.Default));

    [Theory]
    [InlineData("landscape.png")]
    [InlineData("gray.jpg")]
    [InlineData("photo.webp")]
    public void Read_PastALimit_NamesValueAndLimit(string file)
    {
        var bytes = GoldenCase.Bytes(file);
        AssertRefused(ImageRefusal.TooWide, ImageLimits.Default with { MaxWidth = 300 }, "301", "300");
        AssertRefused(ImageRefusal.TooHigh, ImageLimits.Default with { MaxHeight = 202 }, "203", "202");
        AssertRefused(ImageRefusal.TooManyPixels, ImageLimits.Default with { MaxPixels = 61102 }, "61103", "61102");
        AssertRefused(ImageRefusal.TooManyBytes, ImageLimits.Default with { MaxBytes = bytes.Length - 1 }, $"{bytes.Length}", $"{bytes.Length - 1}");
        PictureHeader.Read(bytes, new ImageLimits { MaxWidth = 301, MaxHeight = 203, MaxPixels = 61103, MaxBytes = bytes.Length });

        void AssertRefused(ImageRefusal reason, ImageLimits limits, string value, string limit)
        {
            var refused = Assert.Throws<ImageFormatException>(() => PictureHeader.Read(bytes, limits));
            Assert.Equal(reason, refused.Reason);
            Assert.Contains(value, refused.Message, StringComparison.Ordinal);
            Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decode_HugeClaims_AllocatesNothingOfThatSize()
    {
        var png = PngEncoder.Encode(TestPictures.Gradient(8, 8));
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), 0xFFFFFFFF);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), 0xFFFFFFFF);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ImageFormatException>(() => PictureDecoder.Decode(png, ImageLimits.Default, Rgb.White));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Decode_PngWithOrientation_TurnsEveryPixel(int orientation)
    {
        // Two columns, three rows: 0 1 / 2 3 / 4 5, each written as grey; what a viewer must see for each orientation.
        byte[] exif = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0];
        var png = HandMadePng.Build(2, 3, 8, 0, [0, 0, 1, 0, 2, 3, 0, 4, 5], 0, ("eXIf", exif));
        int[] expected = orientation switch
        {
            1 => [0, 1, 2, 3, 4, 5],
            2 => [1, 0, 3, 2, 5, 4],
            3 => [5, 4, 3, 2, 1, 0],
            4 => [4, 5, 2, 3, 0, 1],
            5 => [0, 2, 4, 1, 3, 5],
            6 => [4, 2, 0, 5, 3, 1],
            7 => [5, 3, 1, 4, 2, 0],
            _ => [1, 3, 5, 0, 2, 4],
        };
        var picture = PictureDecoder.Decode(png, ImageLimits.Default, Rgb.White);
        Assert.Equal(orientation >= 5 ? 3 : 2, picture.Width);
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(i => (int)picture.Rgb[3 * i]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("II*\0\u00FF\u00FF\u00FF\u00FF")]
    [InlineData("MM\0*\0\0\0\u0008\u00FF\u00FF\u0001\u0012\0\u0003\0\0\0\u0001\0\u0009\0\0")]
    public void ExifOrientation_Broken_IsUpright(string tiff) =>
        Assert.Equal(1, ExifOrientation.Read(System.Text.Encoding.Latin1.GetBytes(tiff)));

    [Fact]
    public void Decode_JpegCutAnywhere_IsRefused()
    {
        var jpeg = GoldenCase.Bytes("exif1.jpg");
        for (var length = 0; length < jpeg.Length - 64; length += 97)
        {
            Assert.Throws<ImageFormatException>(() => PictureDecoder.Decode(jpeg.AsMemory(0, length), ImageLimits.Default, Rgb.White));
        }
    }

    [Fact]
    public void Decode_ProgressiveJpegCutInLaterScan_IsRefused()
    {
        var jpeg = GoldenCase.Bytes("progressive.jpg");
        Assert.Throws<ImageFormatException>(() => PictureDecoder.Decode(jpeg.AsMemory(0, jpeg.Length * 3 / 4), ImageLimits.Default, Rgb.White));
    }

    [Fact]
    public void Decode_JpegCutButClosedByAnEndMarker_IsRefused()
    {
        var jpeg = GoldenCase.Bytes("exif1.jpg");
        byte[] closed = [.. jpeg[..(jpeg.Length / 2)], 0xFF, 0xD9];
        Assert.Throws<ImageFormatException>(() => PictureDecoder.Decode(closed, ImageLimits.Default, Rgb.White));
    }

    [Fact]
    public void Decode_WebpCutAnywhere_IsRefused()
    {
        var webp = GoldenCase.Bytes("photo.webp");
        for (var length = 0; length < webp.Length; length += 211)
        {
            Assert.Throws<ImageFormatException>(() => PictureDecoder.Decode(webp.AsMemory(0, length), ImageLimits.Default, Rgb.White));
        }
    }

    [Theory]
    [InlineData("exif1.jpg", 0xC0, 4000)]
    [InlineData("exif1.jpg", 0xC0, 100)]
    [InlineData("gray.jpg", 0xC0, 260)]
    [InlineData("cmyk.jpg", 0xC0, 180)]
    [InlineData("progressive.jpg", 0xC2, 260)]
    [InlineData("progressive.jpg", 0xC2, 100)]
    public void Decode_JpegHeaderLiesAboutItsHeight_IsRefused(string file, byte marker, int height)
    {
        var jpeg = GoldenCase.Bytes(file);
        var frame = jpeg.AsSpan().IndexOf<byte>([0xFF, marker]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), (ushort)height);
        Assert.Throws<ImageFormatException>(() => PictureDecoder.Decode(jpeg, ImageLimits.Default, Rgb.White));
    }

    [Theory]
    [InlineData("photo.webp", 28, 900)]
    [InlineData("alpha.webp", 24, 40)]
    public void Decode_WebpHeaderLiesAboutItsSize_IsRefused(string file, int field, int size)
    {
        var webp = GoldenCase.Bytes(file);
        BinaryPrimitives.WriteUInt16LittleEndian(webp.AsSpan(field), (ushort)size);
        Assert.Throws<ImageFormatException>(() => PictureDecoder.Decode(webp, ImageLimits.Default, Rgb.White));
    }
}
