using Cafe.V1;

namespace Cafe.Client;

/// <summary>A picture that was drawn.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Seed">Asked for alone with this seed it is the same picture.</param>
/// <param name="Data">The file; empty where it was withheld.</param>
/// <param name="Format">The file's format.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="FinishReason">Why it ended.</param>
public sealed record CafePicture(int Index, ulong Seed, ReadOnlyMemory<byte> Data, ImageFormat Format, int Width, int Height, ImageFinishReason FinishReason)
{
    internal static CafePicture From(GeneratedImage image) =>
        new(image.Index, image.Seed, image.Data.Memory, image.Format, image.Width, image.Height, image.FinishReason);
}
