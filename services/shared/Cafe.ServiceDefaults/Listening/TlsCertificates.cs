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
    private readonly Reloaded<Func<SslServerAuthenticationOptions>> _options;

    /// <summary>Reads them.</summary>
    public TlsCertificates(TlsSettings settings, TimeProvider time, ILogger logger) =>
        _options = new Reloaded<Func<SslServerAuthenticationOptions>>(
            () => new[] { settings.CertificatePath!, settings.KeyPath, settings.ClientCaPath }.OfType<string>().Where(path => path.Length > 0),
            () => Load(settings),
            failure => Log.CertificateNotReloaded(logger, settings.CertificatePath!, failure.Message),
            time);

    /// <summary>
    /// Options for the next handshake, an object of its own: Kestrel writes its listener's protocols into it, and with a shared one
    /// the port that is called first would decide what all others speak.
    /// </summary>
    public SslServerAuthenticationOptions Current() => _options.Current();

    private static Func<SslServerAuthenticationOptions> Load(TlsSettings settings)
    {
        var certificate = X509Certificate2.CreateFromPemFile(settings.CertificatePath!, settings.KeyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(settings.CertificatePath!);
        var context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        var clients = string.IsNullOrEmpty(settings.ClientCaPath) ? null : ClientPolicy(settings.ClientCaPath);
        return () => new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context,
            ClientCertificateRequired = clients is not null,
            CertificateChainPolicy = clients,
        };
    }

    private static X509ChainPolicy ClientPolicy(string authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(PemFiles.ReadAuthorities(authorities));
        return policy;
    }
}
