using System.Buffers;
using System.Security.Cryptography;

namespace Cafe.Packs.Manifest;

/// <summary>Hashes of files, read once through a small buffer.</summary>
public static class PackHash
{
    private const int BufferBytes = 1 << 20;

    /// <param name="progress">Told the bytes of each step.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Sha256(string path, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, read));
                progress?.Invoke(read);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A file's entry in a manifest.</summary>
    /// <param name="root">The pack's folder.</param>
    /// <param name="path">Relative to it, with <c>/</c>.</param>
    public static PackFile Describe(string root, string path, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var full = Path.Combine(root, path);
        return new PackFile(path, new FileInfo(full).Length, Sha256(full, progress, cancellation));
    }
}
