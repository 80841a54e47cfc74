namespace Cafe.ServiceDefaults.Telemetry;

/// <summary>Where traces go: configuration section <c>Telemetry</c>.</summary>
public sealed class TelemetrySettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>An OTLP endpoint, for example <c>http://collector:4317</c>. Default: OTEL_EXPORTER_OTLP_ENDPOINT; unset, nothing is traced.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>Share of traces begun here that are kept, 0 to 1; a caller's decision is followed. Default 1.</summary>
    [System.ComponentModel.DataAnnotations.Range(0, 1.0)]
    public double SampleRatio { get; set; } = 1;
}
