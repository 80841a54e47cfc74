using System.Buffers.Binary;
using System.Security.Cryptography;
using Cafe.Imaging;
using Cafe.Imaging.Subjects;
using Cafe.Imaging.Tensors;
using Cafe.Packs.Manifest;

namespace Cafe.Encoder.Pictures;

/// <summary>From a decoded picture to a tower's pixels, as the manifest says: centred where asked, resized, cropped.</summary>
internal static class PicturePreprocessor
{
    /// <summary>Prepares a picture.</summary>
    /// <param name="picture">Decoded, with its transparency.</param>
    /// <param name="preprocess">The tower's.</param>
    public static PreparedPicture Prepare(AlphaPicture picture, ImagePreprocess preprocess)
    {
        var (pixels, centred) = Cut(picture, preprocess);
        return new PreparedPicture(pixels, new PixelNormalization(preprocess.Mean, preprocess.Std), Digest(pixels), centred);
    }

    private static (Picture Pixels, bool Centred) Cut(AlphaPicture picture, ImagePreprocess preprocess)
    {
        var (height, width) = (preprocess.CropHeight, preprocess.CropWidth);
        if (preprocess.CentreSubject)
        {
            // The canonical square is made at the crop's own size: resizing it to the shortest edge would crop the subject.
            var side = Math.Max(height, width);
            var centred = SubjectCentring.Apply(picture, new SubjectCentringOptions { Side = side, Fill = preprocess.SubjectFill ?? SubjectCentringOptions.DefaultFill });
            if (centred.Applied)
            {
                return (centred.Picture.CenterCrop(width, height), true);
            }
        }

        return (picture.Over(Rgb.White).ResizeShortestEdge(preprocess.ShortestEdge).CenterCrop(width, height), false);
    }

    private static string Digest(Picture pixels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, pixels.Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], pixels.Height);
        hash.AppendData(size);
        hash.AppendData(pixels.Rgb);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
