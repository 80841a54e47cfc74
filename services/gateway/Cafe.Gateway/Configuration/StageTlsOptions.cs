using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>TLS towards the stages. The files are read again within seconds of a change, for connections made from then on.</summary>
public sealed class StageTlsOptions : IValidatableObject
{
    /// <summary>Addresses that name no scheme (<c>dns:///</c>) are spoken to over TLS. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>Authorities that the stages' certificates must chain to, PEM. Unset: the system's.</summary>
    public string? CaPath { get; set; }

    /// <summary>The gateway's client certificate, PEM. Unset: none is presented.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>The client certificate's key, PEM.</summary>
    public string? KeyPath { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(CertificatePath) != string.IsNullOrEmpty(KeyPath))
        {
            yield return new ValidationResult("CertificatePath and KeyPath go together; only one is set.");
        }

        foreach (var path in new[] { CaPath, CertificatePath, KeyPath })
        {
            if (!string.IsNullOrEmpty(path) && !File.Exists(path))
            {
                yield return new ValidationResult($"there is no file {path}.");
            }
        }
    }
}
