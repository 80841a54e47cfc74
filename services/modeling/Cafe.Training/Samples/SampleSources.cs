using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Samples;

/// <summary>What every source can do.</summary>
public static class SampleSources
{
    private const int ParallelBytes = 1 << 22;

    /// <exception cref="SampleException">The source has no such field.</exception>
    public static SampleField Field(this ISampleSource source, string name) => source.Fields.FirstOrDefault(f => f.Name == name)
        ?? throw new SampleException($"The samples have no field '{name}'; there are: {string.Join(", ", source.Fields.Select(f => f.Name))}.");

    public static bool Has(this ISampleSource source, string name) => source.Fields.Any(f => f.Name == name);

    /// <summary>The samples at some indices as one tensor [indices, ...], in the field's own type, on the device that is trained on.</summary>
    public static Tensor Batch(this ISampleSource source, string name, IReadOnlyList<long> indices)
    {
        var field = source.Field(name);
        var device = torch.get_default_device();
        var batch = torch.empty([indices.Count, .. field.Shape], TensorConversion.ScalarTypeOf(field.Type), torch.CPU);
        Gather(source, field, indices, batch);
        if (device.type == DeviceType.CPU)
        {
            return batch;
        }

        using (batch)
        {
            return batch.to(device);
        }
    }

    /// <summary>The same in float32: bytes become numbers from 0 to 255.</summary>
    public static Tensor FloatBatch(this ISampleSource source, string name, IReadOnlyList<long> indices)
    {
        var batch = source.Batch(name, indices);
        if (batch.dtype == ScalarType.Float32)
        {
            return batch;
        }

        using (batch)
        {
            return batch.to(ScalarType.Float32);
        }
    }

    /// <summary>One whole number of a sample, for example its subject; the first of several. Read on the host, whatever is trained on.</summary>
    public static long Number(this ISampleSource source, string name, long index)
    {
        var field = source.Field(name);
        Span<byte> bytes = field.Bytes <= 256 ? stackalloc byte[field.Bytes] : new byte[field.Bytes];
        source.Read(field, index, bytes);
        return field.Type switch
        {
            TensorType.Int64 => BitConverter.ToInt64(bytes),
            TensorType.Int32 => BitConverter.ToInt32(bytes),
            TensorType.Int16 => BitConverter.ToInt16(bytes),
            TensorType.Int8 => (sbyte)bytes[0],
            TensorType.UInt8 or TensorType.Bool => bytes[0],
            _ => throw new SampleException($"Field '{name}' holds {field.Type}, no whole numbers."),
        };
    }

    // A GPU takes large batches faster than one core copies them.
    private static unsafe void Gather(ISampleSource source, SampleField field, IReadOnlyList<long> indices, Tensor batch)
    {
        fixed (byte* start = batch.bytes)
        {
            if (batch.bytes.Length < ParallelBytes)
            {
                for (var i = 0; i < indices.Count; i++)
                {
                    source.Read(field, indices[i], new Span<byte>(start + ((long)i * field.Bytes), field.Bytes));
                }

                return;
            }

            var first = (nint)start;
            Parallel.For(0, indices.Count, i => source.Read(field, indices[i], new Span<byte>((byte*)first + ((long)i * field.Bytes), field.Bytes)));
        }
    }
}
