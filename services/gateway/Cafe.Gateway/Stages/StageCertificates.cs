using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cafe.Gateway.Configuration;
using Cafe.ServiceDefaults.Files;

namespace Cafe.Gateway.Stages;

/// <summary>
/// The gateway's client certificate and the authorities that it trusts, as their files have them when a connection is made.
/// </summary>
internal sealed class StageCertificates
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private readonly Reloaded<Loaded> _files;

    /// <summary>Reads them.</summary>
    /// <exception cref="CryptographicException">A file holds no certificate, or the key isn't the certificate's.</exception>
    public StageCertificates(StageTlsOptions options, TimeProvider time, ILogger logger) =>
        _files = new Reloaded<Loaded>(
            () => new[] { options.CaPath, options.CertificatePath, options.KeyPath }.OfType<string>().Where(path => path.Length > 0),
            () => Load(options),
            failure => Log.CertificatesNotReloaded(logger, failure.Message),
            time);

    /// <summary>Options that look at the files anew for each handshake.</summary>
    public SslClientAuthenticationOptions ForHandshakes()
    {
        var options = new SslClientAuthenticationOptions();
        if (_files.Current.Client is not null)
        {
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => _files.Current.Client!;
        }

        if (_files.Current.Authorities is not null)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Trusts(certificate, chain, errors);
        }

        return options;
    }

    // The name has been checked; the chain was built with the system's authorities and is built again with the configured ones.
    private bool Trusts(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        chain.ChainPolicy.CustomTrustStore.AddRange(_files.Current.Authorities!);
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(new X509Certificate2(certificate));
    }

    private static Loaded Load(StageTlsOptions options)
    {
        var authorities = string.IsNullOrEmpty(options.CaPath) ? null : PemFiles.ReadAuthorities(options.CaPath);
        var client = string.IsNullOrEmpty(options.CertificatePath) ? null : X509Certificate2.CreateFromPemFile(options.CertificatePath, options.KeyPath);
        return new Loaded(client, authorities);
    }

    private sealed record Loaded(X509Certificate2? Client, X509Certificate2Collection? Authorities);
}
