using System.Buffers.Binary;
using System.Text.Json;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// Reads one safetensors file: the header's length (u64), a JSON header of name to dtype, shape and byte range, then the bytes.
/// Everything is checked before a tensor is given out, so that a tensor can always be read.
/// </summary>
public static class SafetensorsReader
{
    /// <summary>The reference implementation's bound on the header, in bytes.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 4 };

    /// <exception cref="CheckpointException">The file breaks the format.</exception>
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
    /// <exception cref="CheckpointException">The file breaks the format.</exception>
    public static Checkpoint Read(FileBytes file)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (file.Length < prefix.Length)
        {
            throw new CheckpointException($"{file.Name}: {file.Length} bytes are too few for a safetensors file.");
        }

        file.Read(0, prefix);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > MaxHeaderBytes || headerBytes > (ulong)(file.Length - prefix.Length))
        {
            throw new CheckpointException(
                $"{file.Name}: the header claims {headerBytes} bytes; the file has {file.Length - prefix.Length} after the length and the limit is {MaxHeaderBytes}.");
        }

        var header = file.Read(prefix.Length, (int)headerBytes);
        var dataStart = prefix.Length + header.Length;
        List<SafetensorsEntry> entries;
        try
        {
            entries = SafetensorsHeader.Parse(file.Name, new Utf8JsonReader(header, Strict));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException is what the reader throws for a string that is no UTF-8.
            throw new CheckpointException($"{file.Name}: the header is no valid JSON: {e.Message}", e);
        }

        CheckRanges(file.Name, entries, file.Length - dataStart);
        return new TensorTable(
            file.Name,
            [.. entries.Select(entry => new FileTensor(entry.Name, entry.Type, entry.Shape, file, dataStart + entry.Begin))],
            file);
    }

    // The format's rule: the ranges tile the data, without overlap, gap or rest.
    private static void CheckRanges(string file, List<SafetensorsEntry> entries, long dataBytes)
    {
        var end = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.End > dataBytes)
            {
                throw new CheckpointException($"{file}: tensor '{entry.Name}' ends at byte {entry.End} of {dataBytes}.");
            }

            if (entry.Begin != end)
            {
                var fault = entry.Begin < end ? "overlaps the tensor before it, which ends at" : "leaves a gap after byte";
                throw new CheckpointException($"{file}: tensor '{entry.Name}' at byte {entry.Begin} {fault} {end}.");
            }

            end = entry.End;
        }

        if (end != dataBytes)
        {
            throw new CheckpointException($"{file}: the tensors end at byte {end}, the data at {dataBytes}.");
        }
    }
}
