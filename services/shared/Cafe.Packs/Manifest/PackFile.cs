namespace Cafe.Packs.Manifest;

/// <param name="Path">Relative to the pack, with <c>/</c>.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record PackFile(string Path, long Bytes, string Sha256);
