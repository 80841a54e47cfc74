using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Cafe.ServiceDefaults.Listening;

/// <summary>
/// Certificates read again when their files change, so that a renewed Secret needs no restart. A renewal that can't be
/// read leaves the old certificate in place.
/// </summary>
internal sealed class TlsCertificates(TlsSettings settings, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private SslServerAuthenticationOptions? _options;
    private DateTime _stamp;
    private long _checked;

    /// <summary>Options for the next handshake.</summary>
    public SslServerAuthenticationOptions Current()
    {
        lock (_lock)
        {
            if (_options is not null && time.GetElapsedTime(_checked) < CheckEvery)
            {
                return _options;
            }

            _checked = time.GetTimestamp();
            var stamp = Stamp();
            if (_options is not null && stamp == _stamp)
            {
                return _options;
            }

            try
            {
                _options = Load();
                _stamp = stamp;
            }
            catch (Exception e) when (_options is not null && e is IOException or CryptographicException or UnauthorizedAccessException)
            {
                Log.CertificateNotReloaded(logger, settings.CertificatePath!, e.Message);
            }

            return _options!;
        }
    }

    private DateTime Stamp() =>
        new[] { settings.CertificatePath, settings.KeyPath, settings.ClientCaPath }
            .Where(path => !string.IsNullOrEmpty(path)).Max(path => File.GetLastWriteTimeUtc(path!));

    private SslServerAuthenticationOptions Load()
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
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(settings.ClientCaPath);
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = policy;
        }

        return options;
    }
}
