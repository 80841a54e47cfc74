using System.IO.MemoryMappedFiles;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// A file mapped into the address space: the kernel pages it in as it is read and drops it under pressure, so a file of any size costs no
/// anonymous memory. The file must not be truncated while it is open.
/// </summary>
public sealed unsafe class MappedFile : FileBytes
{
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? view;

    private MappedFile(string path, long length)
    {
        Name = Path.GetFileName(path);
        Length = length;
        if (length > 0)
        {
            file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        }
    }

    public override string Name { get; }

    public override long Length { get; }

    /// <exception cref="CheckpointException">There is no such file, or it can't be read.</exception>
    public static MappedFile Open(string path)
    {
        try
        {
            return new MappedFile(path, new FileInfo(path).Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CheckpointException($"{path} can't be opened: {e.Message}", e);
        }
    }

    public override void Dispose()
    {
        view?.Dispose();
        file?.Dispose();
    }

    protected override void ReadCore(long offset, Span<byte> destination)
    {
        if (view is null)
        {
            return;
        }

        // The reference count keeps the mapping alive while another thread disposes of it; a late reader gets ObjectDisposedException.
        var handle = view.SafeMemoryMappedViewHandle;
        byte* start = null;
        handle.AcquirePointer(ref start);
        try
        {
            new ReadOnlySpan<byte>(start + view.PointerOffset + offset, destination.Length).CopyTo(destination);
        }
        finally
        {
            handle.ReleasePointer();
        }
    }
}
