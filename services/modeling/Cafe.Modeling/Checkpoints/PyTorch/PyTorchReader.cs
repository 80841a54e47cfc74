using System.Text;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// Reads a <c>pytorch_model.bin</c>: a zip of <c>{root}/data.pkl</c>, the pickled state dict, and <c>{root}/data/{key}</c>, one storage each.
/// Storages are read in place. Dicts within the dict become dotted names.
/// </summary>
public static class PyTorchReader
{
    private const int MaxPickleBytes = 64 << 20;
    private const int MaxTensors = 200_000;
    private const int MaxDicts = 100_000;
    private const int MaxNesting = 8;
    private const int MaxNameLength = 512;

    /// <exception cref="CheckpointException">The file breaks the format, or holds anything but tensors.</exception>
    public static Checkpoint Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return Read(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file that the returned checkpoint then owns.</summary>
    /// <exception cref="CheckpointException">The file breaks the format, or holds anything but tensors.</exception>
    public static Checkpoint Read(FileBytes file)
    {
        if (file.Length < 4 || !file.Read(0, 4).AsSpan().SequenceEqual("PK\u0003\u0004"u8))
        {
            throw new CheckpointException($"{file.Name} is no zip. PyTorch before 1.6 wrote another form, which isn't read: load and save it anew.");
        }

        var zip = new StoredZip(file);
        var roots = zip.Names.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)).ToList();
        var root = roots is [var only] ? only[..^"data.pkl".Length] : throw new CheckpointException($"{file.Name} has {roots.Count} entries */data.pkl, not one.");
        if (zip.TryFind(root + "byteorder", out var order) && (order.Length != 6 || Encoding.ASCII.GetString(file.Read(order.Offset, 6)) != "little"))
        {
            throw new CheckpointException($"{file.Name} was written on a big-endian machine, which isn't read.");
        }

        zip.TryFind(root + "data.pkl", out var range);
        if (range.Length > MaxPickleBytes)
        {
            throw new CheckpointException($"{file.Name}: data.pkl has {range.Length} bytes; the limit is {MaxPickleBytes}.");
        }

        var value = new PickleMachine(file.Name, file.Read(range.Offset, (int)range.Length)).Run();
        return new TensorTable(file.Name, [.. Flatten(file.Name, value).Select(item => Resolve(file, zip, root, item.Name, item.Tensor))], file);
    }

    // A dict may hold itself, or one dict a thousand times: depth and counts bound what a few bytes can ask for.
    private static List<(string Name, PickleTensor Tensor)> Flatten(string file, object? value)
    {
        var tensors = new List<(string, PickleTensor)>();
        var dicts = 0;
        Visit("", value, 0);
        return tensors;

        void Visit(string name, object? item, int depth)
        {
            if (name.Length > MaxNameLength || tensors.Count == MaxTensors || dicts == MaxDicts)
            {
                throw new CheckpointException(
                    $"{file} has more than {MaxTensors} tensors, {MaxDicts} dicts, or a name of more than {MaxNameLength} characters.");
            }

            if (item is PickleTensor tensor && depth > 0)
            {
                tensors.Add((name, tensor));
                return;
            }

            if (item is not PickleDict dict || depth == MaxNesting)
            {
                throw new CheckpointException($"{file}: '{name}' is neither a tensor nor a dict of tensors.");
            }

            dicts++;
            foreach (var (key, inner) in dict.Items)
            {
                var text = key as string ?? throw new CheckpointException($"{file}: a key in '{name}' is no string.");
                Visit(depth == 0 ? text : $"{name}.{text}", inner, depth + 1);
            }
        }
    }

    private static TensorSource Resolve(FileBytes file, StoredZip zip, string root, string name, PickleTensor tensor)
    {
        var (type, key, count) = tensor.Storage;
        if (!zip.TryFind($"{root}data/{key}", out var range))
        {
            throw new CheckpointException($"{file.Name}: tensor '{name}' is in storage '{key}', which the archive lacks.");
        }

        if ((Int128)count * type.Size() != range.Length)
        {
            throw new CheckpointException($"{file.Name}: storage '{key}' of tensor '{name}' should have {count} elements of {type}, but has {range.Length} bytes.");
        }

        CheckView(file.Name, name, tensor);
        var storage = new FileTensor(name, type, [count], file, range.Offset);
        return IsContiguous(tensor)
            ? new RegionTensor(storage, name, tensor.Shape, tensor.Shape.Contains(0) ? 0 : tensor.Offset)
            : new StridedTensor(name, tensor.Shape, storage, tensor.Offset, tensor.Strides);
    }

    private static void CheckView(string file, string name, PickleTensor tensor)
    {
        Int128 last = tensor.Offset, elements = 1;
        foreach (var (size, stride) in tensor.Shape.Zip(tensor.Strides))
        {
            last += (Int128)(size - 1) * stride;
            elements *= size;

            // A view may be an expansion of a few elements into many; none published is, and it would turn a small file into a huge model.
            if (last > long.MaxValue || elements > tensor.Storage.Count)
            {
                break;
            }
        }

        if (!tensor.Shape.Contains(0) && (elements > tensor.Storage.Count || last >= tensor.Storage.Count))
        {
            throw new CheckpointException(
                $"{file}: tensor '{name}', [{string.Join(", ", tensor.Shape)}] with strides [{string.Join(", ", tensor.Strides)}] from element {tensor.Offset} on, is not within its storage of {tensor.Storage.Count} elements.");
        }
    }

    private static bool IsContiguous(PickleTensor tensor)
    {
        var expected = 1L;
        for (var d = tensor.Shape.Length - 1; d >= 0; d--)
        {
            if (tensor.Shape[d] == 0)
            {
                return true;
            }

            if (tensor.Shape[d] != 1 && tensor.Strides[d] != expected)
            {
                return false;
            }

            expected *= tensor.Shape[d];
        }

        return true;
    }
}
