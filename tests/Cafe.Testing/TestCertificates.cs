using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cafe.Testing;

/// <summary>Certificates of an authority that exists for one test.</summary>
public static class TestCertificates
{
    public static X509Certificate2 Authority()
    {
        var request = new CertificateRequest("CN=test authority", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    public static X509Certificate2 Issue(X509Certificate2 authority, string name, string folder, string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, (byte)file.Length]);
        File.WriteAllText(Path.Combine(folder, file + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, file + ".key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.CopyWithPrivateKey(key);
    }
}
