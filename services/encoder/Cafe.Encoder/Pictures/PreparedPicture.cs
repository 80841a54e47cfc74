using Cafe.Imaging;
using Cafe.Imaging.Tensors;
using Cafe.Inference.Encoding;

namespace Cafe.Encoder.Pictures;

/// <summary>A picture as a tower takes it. It stays bytes until it is written into a batch: a quarter of the floats' memory.</summary>
/// <param name="Pixels">[crop_height, crop_width, 3].</param>
/// <param name="Normalization">The tower's.</param>
/// <param name="Digest">Sha256 of the pixels with their size, lower-case hex; the normalisation is the fingerprint's.</param>
/// <param name="SubjectCentred">The subject was found on plain or transparent ground and centred.</param>
internal sealed record PreparedPicture(Picture Pixels, PixelNormalization Normalization, string Digest, bool SubjectCentred) : IPixelRow
{
    public void Write(Span<float> chw) => Pixels.ToTensor(Normalization, chw);
}
