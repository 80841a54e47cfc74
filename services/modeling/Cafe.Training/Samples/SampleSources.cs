using Cafe.Training.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Samples;

/// <summary>What every source can do.</summary>
public static class SampleSources
{
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
        var bytes = batch.bytes;
        for (var i = 0; i < indices.Count; i++)
        {
            source.Read(field, indices[i], bytes.Slice(i * field.Bytes, field.Bytes));
        }

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

    /// <summary>One whole number of a sample, for example its subject.</summary>
    public static long Number(this ISampleSource source, string name, long index)
    {
        using var value = source.Batch(name, [index]);
        using var wide = value.to(ScalarType.Int64);
        return wide.item<long>();
    }
}
