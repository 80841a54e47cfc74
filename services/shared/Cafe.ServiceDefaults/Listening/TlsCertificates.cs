using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Cafe.ServiceDefaults.Files;
using Microsoft.Extensions.Logging;

namespace Cafe.ServiceDefaults.Listening;

/// <summary>
/// Certificates read again when their files change, so that a renewed Secret needs no restart. A renewal that can't be
/// read leaves the old certificate in place.
/// </summary>
internal sealed class TlsCertificates
{
    private readonly Reloaded<SslServerAuthenticationOptions> _options;

    /// <summary>Reads them.</summary>
    public TlsCertificates(TlsSettings settings, TimeProvider time, ILogger logger) =>
        _options = new Reloaded<SslServerAuthenticationOptions>(
            () => new[] { settings.CertificatePath!, settings.KeyPath, settings.ClientCaPath }.OfType<string>().Where(path => path.Length > 0),
            () => Load(settings),
            failure => Log.CertificateNotReloaded(logger, settings.CertificatePath!, failure.Message),
            time);

    /// <summary>Options for the next handshake.</summary>
    public SslServerAuthenticationOptions Current() => _options.Current;

    private static SslServerAuthenticationOptions Load(TlsSettings settings)
    {
        var certificate = X509Certificate2.CreateFromPemFile(settings.CertificatePath!, settings.KeyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(settings.CertificatePath!);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
        };
        if (!string.IsNullOrEmpty(settings.ClientCaPath))
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(PemFiles.ReadAuthorities(settings.ClientCaPath));
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = policy;
        }

        return options;
    }
}
