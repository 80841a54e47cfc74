using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cafe.Imaging.Tensors;
using Cafe.Testing;

namespace Cafe.Imaging.Tests;

public sealed class GoldenTests
{
    public static TheoryData<string> Cases => new(GoldenCase.All.Select(golden => golden.Expect));

    public static TheoryData<string> Tensors => new(GoldenCase.All.Where(golden => golden.Tensor is not null).Select(golden => golden.Expect));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decode_GoldenPicture_AgreesWithReference(string expect)
    {
        var golden = GoldenCase.All.Single(candidate => candidate.Expect == expect);
        var actual = golden.Run();
        var expected = GoldenCase.Read(golden.Expect);

        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        var errors = new int[actual.Rgb.Length];
        for (var i = 0; i < errors.Length; i++)
        {
            errors[i] = Math.Abs(actual.Rgb[i] - expected.Rgb[i]);
        }

        Array.Sort(errors);
        if (golden.File.EndsWith(".png", StringComparison.Ordinal))
        {
            Assert.True(errors[^1] <= 1, $"{golden.File}: {errors[^1]}/255 at most");
        }
        else
        {
            var percentile = errors[(int)Math.Ceiling(0.999 * (errors.Length - 1))];
            Assert.True(percentile <= 3, $"{golden.File}: {percentile}/255 at the 99.9th percentile, {errors[^1]}/255 at most");
        }
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void ToTensor_GoldenPicture_AgreesWithReference(string expect)
    {
        var golden = GoldenCase.All.Single(candidate => candidate.Expect == expect);
        var picture = golden.Run();
        var actual = new float[3 * picture.Width * picture.Height];
        picture.ToTensor(PixelNormalization.Clip, actual);

        var file = GoldenCase.Bytes(golden.Tensor!);
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        var offsets = header.RootElement.GetProperty("pixel_values").GetProperty("data_offsets");
        var expected = MemoryMarshal.Cast<byte, float>(file.AsSpan(8 + headerLength)[offsets[0].GetInt32()..offsets[1].GetInt32()]);

        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            // One step of a pixel is 1 / 255 / deviation; the reference's own rounding is far below it.
            Assert.True(Math.Abs(expected[i] - actual[i]) <= (1 / 255f / 0.26f) + 1e-5f, $"{i}: {actual[i]}, not {expected[i]}");
        }
    }

    [Theory]
    [InlineData("refuse_empty.png", ImageRefusal.Empty)]
    [InlineData("refuse_gif-as-png.png", ImageRefusal.UnknownFormat)]
    [InlineData("refuse_huge-claim.png", ImageRefusal.TooWide)]
    [InlineData("refuse_text.jpg", ImageRefusal.UnknownFormat)]
    [InlineData("refuse_truncated.jpg", ImageRefusal.Truncated)]
    [InlineData("refuse_truncated.png", ImageRefusal.Truncated)]
    public void Decode_RefusedGolden_ThrowsWithReason(string file, ImageRefusal reason)
    {
        var refused = Assert.Throws<ImageFormatException>(() => GoldenCase.Read(file));
        Assert.Equal(reason, refused.Reason);
    }

    [Fact]
    public void Decode_EveryRefusedGolden_IsRefused()
    {
        foreach (var path in Directory.EnumerateFiles(Goldens.Path("images"), "refuse_*"))
        {
            Assert.Throws<ImageFormatException>(() => GoldenCase.Read(Path.GetFileName(path)));
        }
    }
}
