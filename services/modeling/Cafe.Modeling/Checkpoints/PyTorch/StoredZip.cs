using System.Buffers.Binary;
using System.Text;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// The entries of a zip archive whose entries are stored, not compressed, so that their bytes can be read in place. Reads the central
/// directory, with the 64-bit extensions; every range is checked.
/// </summary>
internal sealed class StoredZip
{
    private const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    private const uint DirectorySignature = 0x02014b50, LocalSignature = 0x04034b50;
    private const int EndBytes = 22, Locator64Bytes = 20, End64Bytes = 56, DirectoryEntryBytes = 46, LocalHeaderBytes = 30;
    private const int MaxDirectoryBytes = 64 << 20;

    private readonly Dictionary<string, (long Offset, long Length)> entries = new(StringComparer.Ordinal);
    private readonly FileBytes file;

    /// <exception cref="CheckpointException">It is no such archive.</exception>
    public StoredZip(FileBytes file)
    {
        this.file = file;
        var (offset, length) = FindDirectory();
        ReadDirectory(file.Read(offset, length), offset);
        CheckOverlap();
    }

    public IEnumerable<string> Names => entries.Keys;

    /// <summary>Where an entry's bytes lie in the file.</summary>
    public bool TryFind(string name, out (long Offset, long Length) range) => entries.TryGetValue(name, out range);

    private (long Offset, int Length) FindDirectory()
    {
        // The end record is last, followed by a comment of at most 65535 bytes.
        var tailLength = (int)Math.Min(file.Length, EndBytes + ushort.MaxValue);
        var tailStart = file.Length - tailLength;
        var tail = file.Read(tailStart, tailLength);
        for (var at = tailLength - EndBytes; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (U32(record, 0) == EndSignature && at + EndBytes + U16(record, 20) == tailLength)
            {
                long length = U32(record, 12), offset = U32(record, 16);
                if (offset == uint.MaxValue || length == uint.MaxValue || U16(record, 10) == ushort.MaxValue)
                {
                    (offset, length) = ReadEnd64(tailStart + at);
                }

                if (length > MaxDirectoryBytes || offset < 0 || length < 0 || offset > tailStart + at - length)
                {
                    throw Broken($"its directory claims {length} bytes at {offset} of {file.Length}; the limit is {MaxDirectoryBytes}");
                }

                return (offset, (int)length);
            }
        }

        throw Broken("it has no zip directory");
    }

    private (long Offset, long Length) ReadEnd64(long endRecord)
    {
        if (endRecord < Locator64Bytes)
        {
            throw Broken("it has no room for a 64-bit directory");
        }

        var locator = file.Read(endRecord - Locator64Bytes, Locator64Bytes);
        var at = I64(locator, 8);
        if (U32(locator, 0) != Locator64Signature || at < 0 || at > endRecord - Locator64Bytes - End64Bytes)
        {
            throw Broken("its 64-bit directory can't be found");
        }

        var record = file.Read(at, End64Bytes);
        return U32(record, 0) == End64Signature ? (I64(record, 48), I64(record, 40)) : throw Broken("its 64-bit directory can't be found");
    }

    private void ReadDirectory(ReadOnlySpan<byte> directory, long directoryOffset)
    {
        while (directory.Length > 0)
        {
            if (directory.Length < DirectoryEntryBytes || U32(directory, 0) != DirectorySignature)
            {
                throw Broken("its directory has a damaged entry");
            }

            int flags = U16(directory, 8), method = U16(directory, 10);
            int nameLength = U16(directory, 28), extraLength = U16(directory, 30), commentLength = U16(directory, 32);
            long packed = U32(directory, 20), length = U32(directory, 24), header = U32(directory, 42);
            var entryLength = DirectoryEntryBytes + nameLength + extraLength + commentLength;
            if (entryLength > directory.Length)
            {
                throw Broken("its directory has a damaged entry");
            }

            var name = Encoding.UTF8.GetString(directory.Slice(DirectoryEntryBytes, nameLength));
            if ((flags & 1) != 0 || method != 0)
            {
                throw Broken($"entry '{name}' is {((flags & 1) != 0 ? "encrypted" : "compressed")}: only stored entries are read");
            }

            ReadExtra64(directory.Slice(DirectoryEntryBytes + nameLength, extraLength), ref length, ref packed, ref header);
            if (packed != length)
            {
                throw Broken($"entry '{name}' is stored, but its two lengths, {packed} and {length}, differ");
            }

            if (!entries.TryAdd(name, (DataOffset(name, header, length, directoryOffset), length)))
            {
                throw Broken($"two entries are named '{name}'");
            }

            directory = directory[entryLength..];
        }
    }

    // The 64-bit extra field (id 1) holds those of the three numbers that didn't fit, in this order.
    private void ReadExtra64(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long header)
    {
        while (extra.Length >= 4)
        {
            int id = U16(extra, 0), size = U16(extra, 2);
            if (size > extra.Length - 4)
            {
                throw Broken("an extra field passes its entry");
            }

            if (id == 1)
            {
                var field = extra.Slice(4, size);
                Widen(ref length, ref field);
                Widen(ref packed, ref field);
                Widen(ref header, ref field);
            }

            extra = extra[(4 + size)..];
        }
    }

    private void Widen(ref long value, ref ReadOnlySpan<byte> field)
    {
        if (value == uint.MaxValue)
        {
            value = field.Length >= 8 ? I64(field, 0) : throw Broken("a 64-bit extra field is too short");
            field = field[8..];
        }
    }

    // The data follow a local header whose name and extra field have lengths of their own (PyTorch pads there to align the data).
    private long DataOffset(string name, long header, long length, long directoryOffset)
    {
        if (header < 0 || length < 0 || header > directoryOffset - LocalHeaderBytes)
        {
            throw Broken($"entry '{name}' lies outside the file");
        }

        var local = file.Read(header, LocalHeaderBytes);
        var offset = header + LocalHeaderBytes + U16(local, 26) + U16(local, 28);
        return U32(local, 0) == LocalSignature && offset <= directoryOffset - length
            ? offset
            : throw Broken($"entry '{name}' lies outside the file");
    }

    private void CheckOverlap()
    {
        var end = 0L;
        foreach (var (name, range) in entries.OrderBy(entry => entry.Value.Offset).ThenBy(entry => entry.Value.Length))
        {
            if (range.Offset < end)
            {
                throw Broken($"entry '{name}' overlaps another");
            }

            end = range.Offset + range.Length;
        }
    }

    private CheckpointException Broken(string reason) => new($"{file.Name} is no readable PyTorch archive: {reason}.");

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
