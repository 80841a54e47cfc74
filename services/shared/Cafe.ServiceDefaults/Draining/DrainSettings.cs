using System.ComponentModel.DataAnnotations;

namespace Cafe.ServiceDefaults.Draining;

/// <summary>How a service goes down: configuration section <c>Drain</c>.</summary>
public sealed class DrainSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Drain";

    /// <summary>
    /// Seconds during which a service that is going down says so but still takes calls, while balancers hear of it; 0 to 300.
    /// Default 0.
    /// </summary>
    [Range(0, 300.0)]
    public double AnnounceSeconds { get; set; }

    /// <summary>Seconds that running calls then have, 0 to 3600. Default 30. A pod's grace period must be longer than both together.</summary>
    [Range(0, 3600.0)]
    public double TimeoutSeconds { get; set; } = 30;

    /// <summary>
    /// Seconds between the end of the last call and the closing of connections, 0 to 10; only where calls ran. Default 0.5: a client
    /// whose connection closes while it still reads an ended stream loses what it hasn't read.
    /// </summary>
    [Range(0, 10.0)]
    public double LingerSeconds { get; set; } = 0.5;
}
