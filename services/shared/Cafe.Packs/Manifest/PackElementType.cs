namespace Cafe.Packs.Manifest;

/// <summary>Element type of raw rows and of the cache.</summary>
public enum PackElementType
{
    Float32,
    Float16,
}
