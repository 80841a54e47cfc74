using Cafe.Evaluation.Quadruplets;
using Cafe.Imaging;
using Cafe.Imaging.Decoding;
using Cafe.Imaging.Subjects;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Data.Samples;
using Cafe.Training.Samples;

namespace Cafe.Training.Data.Quadruplets;

/// <summary>
/// A folder of quadruplets as a memory-mapped store, for the same trainers that composites feed: reference and target, and mask and map of zeros, for nobody knows where in the target the
/// subject is.
/// </summary>
public static class QuadrupletStore
{
    /// <summary>Writes one worker's share.</summary>
    /// <param name="source">The folder of quadruplets.</param>
    /// <param name="output">The store's folder.</param>
    /// <param name="targetSide">Side of the targets: shortest edge and centre crop, bicubic.</param>
    /// <param name="centring">How subjects become references; its side is the references'.</param>
    /// <param name="limits">For the pictures.</param>
    /// <param name="worker">From 0.</param>
    /// <param name="workers">From 1.</param>
    /// <param name="cancellation">Stops between samples; the folder is then no store.</param>
    /// <returns>The samples in the store's order: their words become columns of their own.</returns>
    /// <exception cref="InvalidDataException">A picture is missing or refused; the message has the sample's id.</exception>
    public static IReadOnlyList<Quadruplet> Write(
        string source,
        string output,
        int targetSide,
        SubjectCentringOptions centring,
        ImageLimits limits,
        int worker = 0,
        int workers = 1,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(centring);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetSide, 8);
        var reference = new SampleField(SampleFields.Reference, TensorType.UInt8, [3, centring.Side, centring.Side]);
        var target = new SampleField(SampleFields.Target, TensorType.UInt8, [3, targetSide, targetSide]);
        var mask = new SampleField(SampleFields.Mask, TensorType.UInt8, [targetSide, targetSide]);
        var affine = new SampleField(SampleFields.Affine, TensorType.Float32, [2, 3]);
        var (unknownMask, unknownMap) = (new byte[mask.Bytes], new byte[affine.Bytes]);
        using var writer = new TensorStoreWriter(output, reference, target, mask, affine);
        var written = new List<Quadruplet>();
        foreach (var quadruplet in QuadrupletFolder.Read(source, worker, workers))
        {
            cancellation.ThrowIfCancellationRequested();
            var subject = SubjectCentring.Apply(Decode(quadruplet, quadruplet.Subject), centring).Picture;
            writer.Write(reference, CompositeStore.Planes(Square(subject, centring.Side)));
            writer.Write(target, CompositeStore.Planes(Square(Decode(quadruplet, quadruplet.Target).Over(Rgb.White), targetSide)));
            writer.Write(mask, unknownMask);
            writer.Write(affine, unknownMap);
            written.Add(quadruplet);
        }

        writer.Complete();
        return written;

        AlphaPicture Decode(Quadruplet quadruplet, string path)
        {
            try
            {
                return PictureDecoder.DecodeWithAlpha(File.ReadAllBytes(Path.Combine(source, path)), limits);
            }
            catch (Exception problem) when (problem is ImageFormatException or IOException)
            {
                throw new InvalidDataException($"Sample {quadruplet.Id}, {path}: {problem.Message}", problem);
            }
        }
    }

    private static Picture Square(Picture picture, int side) => picture.ResizeShortestEdge(side).CenterCrop(side, side);
}
