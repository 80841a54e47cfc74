namespace Cafe.Modeling.Checkpoints;

/// <summary>The bytes of a weights file, readable at any place, from any thread, without a copy of the whole.</summary>
public abstract class FileBytes : IDisposable
{
    /// <summary>What errors call it: usually the file's name.</summary>
    public abstract string Name { get; }

    public abstract long Length { get; }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on.</summary>
    /// <exception cref="CheckpointException">The range passes the end of the file.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length - destination.Length)
        {
            throw new CheckpointException($"{Name}: bytes {offset} to {offset + destination.Length} asked for, the file has {Length}.");
        }

        ReadCore(offset, destination);
    }

    /// <summary>A copy of a range that the caller has bounded.</summary>
    public byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        Read(offset, bytes);
        return bytes;
    }

    public abstract void Dispose();

    protected abstract void ReadCore(long offset, Span<byte> destination);
}
