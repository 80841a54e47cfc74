using System.ComponentModel.DataAnnotations;
using Cafe.Inference.Sessions;
using Cafe.Scheduling.Queue;

namespace Cafe.Diffuser;

/// <summary>The diffuser's own configuration: section <c>Diffuser</c>.</summary>
public sealed class DiffuserSettings : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Diffuser";

    /// <summary>Cpu (default), Cuda or CudaPlugin.</summary>
    [EnumDataType(typeof(ExecutionProvider))]
    public ExecutionProvider Provider { get; set; } = ExecutionProvider.Cpu;

    /// <summary>The plug-in library's path; with CudaPlugin only.</summary>
    public string? PluginPath { get; set; }

    /// <summary>The GPU's number, 0 to 63. Default 0.</summary>
    [Range(0, 63)]
    public int DeviceId { get; set; }

    /// <summary>Threads of one operator, 0 to 1024. Default 0: every core that the process may use.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Requests that wait, 1 to 100000; one more is refused at once. Default 64.</summary>
    [Range(1, 100_000)]
    public int QueueCapacity { get; set; } = 64;

    /// <summary>Seconds after which waiting batch work counts as interactive, above 0. Default 120.</summary>
    [Range(0.001, 86_400)]
    public double BatchAgeingSeconds { get; set; } = 120;

    /// <summary>
    /// Seconds of work taken off a request's remaining work for each second it waits, 0 to 1. Default 0.02: a minute of work goes before
    /// everything after 50 minutes at the latest, and the mean latency is within 1% of the least possible (docs/decisions/0061).
    /// </summary>
    [Range(0, 1.0)]
    public double AgeingRate { get; set; } = 0.02;

    /// <summary>Seconds of service that a tenant may be ahead of the least served one, above 0. Default 10.</summary>
    [Range(0.001, 86_400)]
    public double TenantSlackSeconds { get; set; } = 10;

    /// <summary>
    /// Most rows of one UNet call, 3 to 256. Default 16. A picture takes one to three. Each row holds the keys and values of its
    /// conditions: 26 MB in fp32 for Stable Diffusion 2 and 257 subject tokens.
    /// </summary>
    [Range(3, 256)]
    public int MaxRows { get; set; } = 16;

    /// <summary>Most requests begun and not finished, 1 to 1024. Default 16: shorter ones overtake longer ones, which keep their latents.</summary>
    [Range(1, 1024)]
    public int MaxActive { get; set; } = 16;

    /// <summary>Most memory of finished pictures that callers haven't read, in MiB, 16 to 65536. Default 512; over it the slowest reader's call fails.</summary>
    [Range(16, 65_536)]
    public int MaxUnreadMegabytes { get; set; } = 512;

    /// <summary>Seconds that measuring step times may take at start, 0 to 3600; at least one call is measured. Default 30.</summary>
    [Range(0, 3600.0)]
    public double WarmUpSeconds { get; set; } = 30;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Sessions.Validate(validationContext);

    internal SessionSettings Sessions => new() { Provider = Provider, PluginPath = PluginPath, DeviceId = DeviceId, Threads = Threads };

    internal QueueOptions Queue => new()
    {
        Capacity = QueueCapacity,
        BatchAgeingSeconds = BatchAgeingSeconds,
        AgeingRate = AgeingRate,
        TenantSlackSeconds = TenantSlackSeconds,
    };
}
