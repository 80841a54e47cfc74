namespace Cafe.Modeling.Checkpoints;

/// <summary>A weights file that is already in memory.</summary>
public sealed class MemoryBytes(string name, ReadOnlyMemory<byte> bytes) : FileBytes
{
    public override string Name => name;

    public override long Length => bytes.Length;

    public override void Dispose()
    {
    }

    protected override void ReadCore(long offset, Span<byte> destination) =>
        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
}
