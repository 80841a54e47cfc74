using System.Runtime.InteropServices;
using Cafe.Imaging;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Data.Compositing;
using Cafe.Training.Data.Subjects;
using Cafe.Training.Samples;

namespace Cafe.Training.Data.Samples;

/// <summary>Draws a part of the data into a memory-mapped store, on every core; the store's bytes depend on the sampler alone.</summary>
public static class CompositeStore
{
    private const int Chunk = 256;

    /// <summary>Writes samples 0 to count - 1.</summary>
    /// <param name="folder">The store's folder; what it held is replaced.</param>
    /// <param name="catalog">For the designs' numbers.</param>
    /// <param name="sampler">What each sample shows.</param>
    /// <param name="options">The same that the sampler has.</param>
    /// <param name="count">Number of samples, from 1.</param>
    /// <param name="progress">Told the number written so far, after each chunk.</param>
    /// <param name="cancellation">Stops between chunks; the folder is then no store.</param>
    public static void Write(
        string folder,
        SubjectCatalog catalog,
        SampleSampler sampler,
        CompositeOptions options,
        int count,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var side = options.Side;
        var target = new SampleField(SampleFields.Target, TensorType.UInt8, [3, side, side]);
        var reference = new SampleField(SampleFields.Reference, TensorType.UInt8, [3, side, side]);
        var mask = new SampleField(SampleFields.Mask, TensorType.UInt8, [side, side]);
        var worn = new SampleField(SampleFields.Worn, TensorType.UInt8, [side, side]);
        var affine = new SampleField(SampleFields.Affine, TensorType.Float32, [2, 3]);
        var labels = new[] { SampleFields.Subject, SampleFields.Scene, SampleFields.Accessory, SampleFields.Look }
            .Select(name => new SampleField(name, TensorType.Int32, [])).ToArray();
        using var writer = new TensorStoreWriter(
            folder,
            [target, reference, mask, worn, affine, .. labels, CompositeFields.Cluster, CompositeFields.Design, CompositeFields.Fault, CompositeFields.ShownSubject, CompositeFields.ShownScene, CompositeFields.Colouring]);
        var compositor = new Compositor(options);
        var designs = catalog.Designs.ToList();
        var drawn = new (SampleSpec Spec, Composite Composite, byte[] Target, byte[] Reference)[Chunk];
        for (var start = 0; start < count; start += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var number = Math.Min(Chunk, count - start);
            var first = start;
            Parallel.For(0, number, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                var spec = sampler.Draw(first + i);
                var composite = compositor.Draw(spec);
                drawn[i] = (spec, composite, Planes(composite.Target), Planes(composite.Reference));
            });
            foreach (var (spec, composite, targetPlanes, referencePlanes) in drawn.AsSpan(0, number))
            {
                writer.Write(target, targetPlanes);
                writer.Write(reference, referencePlanes);
                writer.Write(mask, composite.Mask);
                writer.Write(worn, composite.Worn);
                var map = composite.TargetToReference;
                writer.Write(affine, MemoryMarshal.AsBytes<float>([map.XX, map.XY, map.X0, map.YX, map.YY, map.Y0]));
                Number(writer, labels[0], spec.Subject.Index);
                Number(writer, labels[1], spec.Scene);
                Number(writer, labels[2], spec.Accessory ?? -1);
                Number(writer, labels[3], spec.Look ?? -1);
                Number(writer, CompositeFields.Cluster, spec.Subject.Cluster);
                Number(writer, CompositeFields.Design, designs.IndexOf(spec.Design));
                Number(writer, CompositeFields.Fault, (int)spec.Fault);
                Number(writer, CompositeFields.ShownSubject, spec.ShownSubject.Index);
                Number(writer, CompositeFields.ShownScene, spec.ShownScene);
                writer.Write(CompositeFields.Colouring, MemoryMarshal.AsBytes<float>([spec.Colouring.HueDegrees, spec.Colouring.Aspect]));
            }

            progress?.Report(start + number);
        }

        writer.Complete();
    }

    /// <summary>[height, width, 3] to [3, height, width].</summary>
    public static byte[] Planes(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var plane = picture.Width * picture.Height;
        var planes = new byte[3 * plane];
        var rgb = picture.Rgb;
        for (int i = 0, at = 0; i < plane; i++, at += 3)
        {
            planes[i] = rgb[at];
            planes[plane + i] = rgb[at + 1];
            planes[(2 * plane) + i] = rgb[at + 2];
        }

        return planes;
    }

    private static void Number(TensorStoreWriter writer, SampleField field, int value) =>
        writer.Write(field, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
}
