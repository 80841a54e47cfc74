namespace Cafe.Cli.Model;

/// <param name="Parameters">Numbers in the graphs, four-bit ones counted each.</param>
/// <param name="Disk">Bytes of files.</param>
/// <param name="Memory">Bytes once a session is open.</param>
internal readonly record struct PartSize(long Parameters, long Disk, long Memory)
{
    public static PartSize operator +(PartSize one, PartSize other) => new(one.Parameters + other.Parameters, one.Disk + other.Disk, one.Memory + other.Memory);
}
