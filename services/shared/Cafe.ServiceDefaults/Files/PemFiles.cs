using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cafe.ServiceDefaults.Files;

/// <summary>Certificates in PEM files.</summary>
public static class PemFiles
{
    /// <summary>The authorities in a file; at least one.</summary>
    /// <exception cref="CryptographicException">It holds none: trusting nobody is never what a file is for.</exception>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException($"'{path}' holds no certificate.");
    }
}
