using System.IO.MemoryMappedFiles;

namespace Cafe.Inference.Language;

/// <summary>
/// The language model's token embeddings: raw little-endian rows, memory-mapped, so that 300 MB of table cost only the pages in use. Safe to read from several threads.
/// </summary>
public sealed unsafe class EmbeddingTable : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _rows;
    private readonly bool _half;

    /// <summary>Maps a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="half">Elements are float16, otherwise float32.</param>
    /// <param name="count">Rows, the size of the vocabulary.</param>
    /// <param name="width">Elements of a row.</param>
    /// <exception cref="InvalidDataException">The file's size is not that of such a table.</exception>
    public EmbeddingTable(string path, bool half, int count, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (Count, Width, _half) = (count, width, half);
        var expected = (long)count * width * (half ? 2 : 4);
        var actual = new FileInfo(path).Length;
        if (actual != expected)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)}: {actual} bytes, but {count} rows of {width} {(half ? "float16" : "float32")} take {expected}.");
        }

        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, expected, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _rows);
        _rows += _view.PointerOffset;
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Elements of a row.</summary>
    public int Width { get; }

    /// <summary>Writes one token's embedding.</summary>
    /// <param name="id">0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination"><see cref="Width"/> elements.</param>
    public void Lookup(int id, Span<float> destination)
    {
        if ((uint)id >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"A token id is 0 to {Count - 1}.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Width, nameof(destination));
        var offset = (long)id * Width;
        if (_half)
        {
            var row = new ReadOnlySpan<Half>(_rows + (offset * 2), Width);
            for (var i = 0; i < row.Length; i++)
            {
                destination[i] = (float)row[i];
            }
        }
        else
        {
            new ReadOnlySpan<float>(_rows + (offset * 4), Width).CopyTo(destination);
        }
    }

    /// <summary>The embeddings of several tokens, one row after the other.</summary>
    public float[] Lookup(IReadOnlyList<int> ids)
    {
        var rows = new float[ids.Count * Width];
        for (var i = 0; i < ids.Count; i++)
        {
            Lookup(ids[i], rows.AsSpan(i * Width, Width));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
