using System.Text.Json;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Samples;

/// <summary>Writes a <see cref="TensorStore"/> row by row. The folder counts as a store only after <see cref="Complete"/>.</summary>
public sealed class TensorStoreWriter : IDisposable
{
    private readonly string folder;
    private readonly Dictionary<SampleField, FileStream> streams = [];
    private long count = -1;

    public TensorStoreWriter(string folder, params IReadOnlyList<SampleField> fields)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, TensorStore.Index));
        foreach (var field in fields)
        {
            streams.Add(field, new FileStream(Path.Combine(folder, field.Name + ".bin"), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20));
        }
    }

    /// <summary>Appends one sample's values of a field.</summary>
    public void Write(SampleField field, ReadOnlySpan<byte> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, field.Bytes, nameof(row));
        streams[field].Write(row);
    }

    /// <summary>Appends rows [n, ...] of a field, cast to its type.</summary>
    public void Write(SampleField field, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (!rows.shape[1..].SequenceEqual(field.Shape))
        {
            throw new SampleException($"Field '{field.Name}' takes rows of [{string.Join(", ", field.Shape)}], not [{string.Join(", ", rows.shape[1..])}].");
        }

        using var detached = rows.detach();
        using var cast = detached.to(TensorConversion.ScalarTypeOf(field.Type), torch.CPU);
        using var packed = cast.contiguous();
        streams[field].Write(packed.bytes);
    }

    /// <exception cref="SampleException">The fields have different numbers of rows.</exception>
    public void Complete()
    {
        foreach (var (field, stream) in streams)
        {
            stream.Flush();
            var rows = stream.Length / field.Bytes;
            count = count < 0 || count == rows ? rows : throw new SampleException($"Field '{field.Name}' has {rows} rows, others {count}.");
        }

        var index = new TensorStore.StoreIndex(count, [.. streams.Keys.Select(f => new TensorStore.StoreField(f.Name, f.Type, f.Shape))]);
        var path = Path.Combine(folder, TensorStore.Index);
        File.WriteAllBytes(path + ".partial", JsonSerializer.SerializeToUtf8Bytes(index, TensorStore.StoreIndex.Json));
        Dispose();
        File.Move(path + ".partial", path, overwrite: true);
    }

    public void Dispose()
    {
        foreach (var stream in streams.Values)
        {
            stream.Dispose();
        }
    }
}
