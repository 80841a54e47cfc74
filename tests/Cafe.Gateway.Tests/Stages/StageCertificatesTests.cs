using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Stages;
using Cafe.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Gateway.Tests.Stages;

/// <summary>Handshakes over TCP with a server that shows one authority's certificate and asks for the client's.</summary>
public sealed class StageCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-tls").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly X509Certificate2 _authority = TestCertificates.Authority();
    private readonly X509Certificate2 _other = TestCertificates.Authority();

    [Fact]
    public async Task ForHandshakes_FilesRotated_NextHandshakeUsesTheNewOnes()
    {
        Trust(_authority);
        using var first = TestCertificates.Issue(_authority, "gateway", _folder, "client");
        var options = Create().ForHandshakes();
        Assert.Equal(first.Thumbprint, await ShownAsync(options, _authority));
        await Assert.ThrowsAsync<AuthenticationException>(() => ShownAsync(options, _other));

        Trust(_other);
        using var second = TestCertificates.Issue(_other, "gateway", _folder, "client");
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(second.Thumbprint, await ShownAsync(options, _other));
        await Assert.ThrowsAsync<AuthenticationException>(() => ShownAsync(options, _authority));
    }

    [Fact]
    public async Task ForHandshakes_AuthoritiesEmptied_KeepsTheOldOnesAndSaysSoOnce()
    {
        Trust(_authority);
        using var client = TestCertificates.Issue(_authority, "gateway", _folder, "client");
        var log = new LogLines();
        var options = Create(log).ForHandshakes();

        File.WriteAllText(Path.Combine(_folder, "ca.pem"), "");
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(11));
            Assert.Equal(client.Thumbprint, await ShownAsync(options, _authority));
        }

        Assert.Contains("holds no certificate", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForHandshakes_AnotherHostsCertificate_IsRefused()
    {
        Trust(_authority);
        using var client = TestCertificates.Issue(_authority, "gateway", _folder, "client");

        await Assert.ThrowsAsync<AuthenticationException>(() => ShownAsync(Create().ForHandshakes(), _authority, server: "elsewhere"));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private StageCertificates Create(LogLines? log = null) => new(
        new StageTlsOptions { CaPath = Path.Combine(_folder, "ca.pem"), CertificatePath = Path.Combine(_folder, "client.pem"), KeyPath = Path.Combine(_folder, "client.key") },
        _time,
        (ILogger?)log ?? NullLogger.Instance);

    private void Trust(X509Certificate2 authority) => File.WriteAllText(Path.Combine(_folder, "ca.pem"), authority.ExportCertificatePem());

    // The thumbprint of the client certificate that the server was shown.
    private async Task<string?> ShownAsync(SslClientAuthenticationOptions options, X509Certificate2 authority, string server = "localhost")
    {
        using var certificate = TestCertificates.Issue(authority, server, _folder, "server");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var socket = new TcpClient();
        await socket.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var accepted = await listener.AcceptTcpClientAsync();
        await using var serving = new SslStream(accepted.GetStream());
        await using var calling = new SslStream(socket.GetStream());
        string? shown = null;
        var served = serving.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, client, _, _) =>
            {
                shown = (client as X509Certificate2)?.Thumbprint;
                return true;
            },
        });
        options.TargetHost = "localhost";
        await calling.AuthenticateAsClientAsync(options);
        await served;
        return shown;
    }
}
