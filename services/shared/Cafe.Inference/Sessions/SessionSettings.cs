using System.ComponentModel.DataAnnotations;

namespace Cafe.Inference.Sessions;

/// <summary>How a process runs its graphs. Bound from configuration and validated at start.</summary>
public sealed class SessionSettings : IValidatableObject
{
    /// <summary>Default: the CPU.</summary>
    public ExecutionProvider Provider { get; set; } = ExecutionProvider.Cpu;

    /// <summary>The plug-in library's path; with <see cref="ExecutionProvider.CudaPlugin"/> only.</summary>
    public string? PluginPath { get; set; }

    /// <summary>The GPU's number, from 0.</summary>
    [Range(0, 63)]
    public int DeviceId { get; set; }

    /// <summary>Threads that share one operator's work, 0 to 1024; 0 (default) takes every core that the process may use.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>
    /// Whether idle threads burn their core while they wait for the next operator. Off by default: stages that share a machine would fight, at a few percent's gain for one alone.
    /// </summary>
    public bool Spinning { get; set; }

    /// <summary>Where the runtime writes a profile of each session's operators (a path's beginning); null for none.</summary>
    public string? ProfilePrefix { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Enum.IsDefined(Provider))
        {
            yield return new ValidationResult($"Provider {Provider} is unknown; known are {string.Join(", ", Enum.GetNames<ExecutionProvider>())}.", [nameof(Provider)]);
        }

        if (Provider == ExecutionProvider.CudaPlugin != (PluginPath is { Length: > 0 }))
        {
            yield return new ValidationResult($"PluginPath is given together with the provider {ExecutionProvider.CudaPlugin}, and only then.", [nameof(PluginPath)]);
        }
    }
}
