namespace Cafe.Inference.Samplers;

/// <summary>A scheduler_config.json holds what isn't supported, or is malformed; the message names the field and the value.</summary>
public sealed class SchedulerConfigException : Exception
{
    /// <summary>Creates the error about a field.</summary>
    public SchedulerConfigException(string field, string message)
        : base($"scheduler config, {field}: {message}") => Field = field;

    /// <summary>The field, as diffusers names it.</summary>
    public string Field { get; }
}
