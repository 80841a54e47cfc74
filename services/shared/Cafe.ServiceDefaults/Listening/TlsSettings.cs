namespace Cafe.ServiceDefaults.Listening;

/// <summary>TLS from PEM files, as Kubernetes mounts a tls Secret: configuration section <c>Listen:Tls</c>.</summary>
public sealed class TlsSettings
{
    /// <summary>The certificate and its intermediates, PEM. Unset: cleartext.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>The private key, PEM. Required with a certificate.</summary>
    public string? KeyPath { get; set; }

    /// <summary>Authorities that client certificates must chain to, PEM. Set: callers without such a certificate are refused.</summary>
    public string? ClientCaPath { get; set; }

    /// <summary>A certificate is configured.</summary>
    public bool Enabled => !string.IsNullOrEmpty(CertificatePath);

    internal IEnumerable<string> Errors()
    {
        if (Enabled == string.IsNullOrEmpty(KeyPath))
        {
            yield return "Listen:Tls:CertificatePath and Listen:Tls:KeyPath go together; only one is set.";
        }

        if (!Enabled && !string.IsNullOrEmpty(ClientCaPath))
        {
            yield return "Listen:Tls:ClientCaPath needs Listen:Tls:CertificatePath.";
        }

        foreach (var (name, path) in new[] { (nameof(CertificatePath), CertificatePath), (nameof(KeyPath), KeyPath), (nameof(ClientCaPath), ClientCaPath) })
        {
            if (!string.IsNullOrEmpty(path) && !File.Exists(path))
            {
                yield return $"Listen:Tls:{name}: there is no file {path}.";
            }
        }
    }
}
