namespace Cafe.Imaging.Decoding;

/// <summary>What a decoder hands on.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">3 (RGB) or 4 (RGB and straight alpha).</param>
/// <param name="Bytes">[Height, Width, Channels].</param>
internal sealed record DecodedPixels(int Width, int Height, int Channels, byte[] Bytes);
