namespace Cafe.Packs.Manifest;

public enum PackTarget
{
    Cpu,
    Cuda,
}
