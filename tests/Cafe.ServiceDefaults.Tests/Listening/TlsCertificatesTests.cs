using System.Security.Cryptography.X509Certificates;
using Cafe.ServiceDefaults.Listening;
using Cafe.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.ServiceDefaults.Tests.Listening;

public sealed class TlsCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-tls").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly X509Certificate2 _authority = TestCertificates.Authority();

    [Fact]
    public void Current_FilesReplaced_ServesTheNewCertificateAfterTheInterval()
    {
        using var first = TestCertificates.Issue(_authority, "one", _folder, "tls");
        var certificates = Create();
        Assert.Equal(first.Thumbprint, Served(certificates));

        using var second = TestCertificates.Issue(_authority, "two", _folder, "tls");
        Touch(minutes: 1);

        Assert.Equal(first.Thumbprint, Served(certificates));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(second.Thumbprint, Served(certificates));
    }

    [Fact]
    public void Current_LinkAboveTheFilesSwapped_ServesTheNewCertificate()
    {
        var (one, two) = (Directory.CreateDirectory(Path.Combine(_folder, "..one")).FullName, Directory.CreateDirectory(Path.Combine(_folder, "..two")).FullName);
        using var first = TestCertificates.Issue(_authority, "one", one, "tls");
        using var second = TestCertificates.Issue(_authority, "two", two, "tls");
        var data = Path.Combine(_folder, "..data");
        Directory.CreateSymbolicLink(data, "..one");
        foreach (var file in new[] { "tls.pem", "tls.key" })
        {
            File.CreateSymbolicLink(Path.Combine(_folder, file), Path.Combine("..data", file));
        }

        var certificates = Create();
        Assert.Equal(first.Thumbprint, Served(certificates));

        File.Delete(data);
        Directory.CreateSymbolicLink(data, "..two");
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(second.Thumbprint, Served(certificates));
    }

    [Fact]
    public void Current_RenewalUnreadable_KeepsTheOldCertificate()
    {
        using var first = TestCertificates.Issue(_authority, "one", _folder, "tls");
        var certificates = Create();
        Served(certificates);

        File.WriteAllText(Path.Combine(_folder, "tls.pem"), "no certificate");
        Touch(minutes: 1);
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(first.Thumbprint, Served(certificates));
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Served(TlsCertificates certificates) => certificates.Current().ServerCertificateContext!.TargetCertificate.Thumbprint;

    private TlsCertificates Create() => new(
        new TlsSettings { CertificatePath = Path.Combine(_folder, "tls.pem"), KeyPath = Path.Combine(_folder, "tls.key") }, _time, NullLogger.Instance);

    private void Touch(int minutes) => File.SetLastWriteTimeUtc(Path.Combine(_folder, "tls.pem"), DateTime.UtcNow.AddMinutes(minutes));
}
