using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Cafe.ServiceDefaults.Listening;

/// <summary>The ports of a service: configuration section <c>Listen</c>.</summary>
public sealed class ListenSettings : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Listen";

    /// <summary><c>any</c> (default: every interface, IPv4 and IPv6), <c>loopback</c>, or an IP address.</summary>
    [Required]
    public string Address { get; set; } = "any";

    /// <summary>gRPC, 0 to 65535; 0 takes a free port. Default 8080.</summary>
    [Range(0, 65535)]
    public int GrpcPort { get; set; } = 8080;

    /// <summary>Health probes without TLS, 0 to 65535; 0 takes a free port. Default 8081.</summary>
    [Range(0, 65535)]
    public int HealthPort { get; set; } = 8081;

    /// <summary>Prometheus metrics, 0 to 65535; 0 takes a free port. Default 9090.</summary>
    [Range(0, 65535)]
    public int MetricsPort { get; set; } = 9090;

    /// <summary>Streams that one connection may hold, 1 to 100000. Default 1000: a gateway keeps many calls on few connections.</summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerConnection { get; set; } = 1000;

    /// <summary>Largest message received, in bytes, 64 KiB to 1 GiB. Default 64 MiB: two pictures of 20 MiB, and room to name the one that is larger.</summary>
    [Range(65_536, 1 << 30)]
    public int MaxReceiveMessageBytes { get; set; } = 64 << 20;

    /// <summary>Largest message sent, in bytes, 64 KiB to 1 GiB. Default 64 MiB.</summary>
    [Range(65_536, 1 << 30)]
    public int MaxSendMessageBytes { get; set; } = 64 << 20;

    /// <summary>Certificates; without <see cref="TlsSettings.CertificatePath"/> the ports speak cleartext.</summary>
    public TlsSettings Tls { get; set; } = new();

    /// <summary>The address to bind; null for every interface.</summary>
    internal IPAddress? BindAddress => Address switch
    {
        "any" => null,
        "loopback" => IPAddress.Loopback,
        _ => IPAddress.Parse(Address),
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not ("any" or "loopback") && !IPAddress.TryParse(Address, out _))
        {
            yield return new ValidationResult($"{Section}:Address must be any, loopback or an IP address, not '{Address}'.");
        }

        foreach (var error in Tls.Errors())
        {
            yield return new ValidationResult(error);
        }
    }
}
