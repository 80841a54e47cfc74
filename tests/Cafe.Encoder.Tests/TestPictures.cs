using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Encoder.Tests;

/// <summary>Pictures of noise: different for each seed, and no plain ground that would be centred.</summary>
public static class TestPictures
{
    public static byte[] Png(int seed, int width = 48, int height = 40)
    {
        var pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return PngEncoder.Encode(new Picture(width, height, pixels));
    }

    public static EncodeRequest Request(int seed, params EmbeddingKind[] kinds) => new()
    {
        Image = new Image { Data = ByteString.CopyFrom(Png(seed)) },
        Kinds = { kinds.Length > 0 ? kinds : [EmbeddingKind.Subject] },
    };
}
