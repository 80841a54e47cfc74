using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>Where calls wait while a stage has no ready process, for example because its pool was scaled to zero.</summary>
public sealed class WaitingRoomOptions
{
    /// <summary>Calls that may wait per stage, 0 to 100000. Default 256; one more is refused.</summary>
    [Range(0, 100_000)]
    public int Size { get; set; } = 256;

    /// <summary>Longest wait in seconds, 0.01 to 86400. Default 600: a large pack takes minutes to load.</summary>
    [Range(0.01, 86_400)]
    public double Seconds { get; set; } = 600;

    /// <summary>Seconds between two looks at the stage's health, 0.01 to 60. Default 0.5.</summary>
    [Range(0.01, 60)]
    public double ProbeSeconds { get; set; } = 0.5;

    /// <summary>Seconds between two <c>warming</c> events of a call, 0.01 to 600. Default 2.</summary>
    [Range(0.01, 600)]
    public double EventSeconds { get; set; } = 2;
}
