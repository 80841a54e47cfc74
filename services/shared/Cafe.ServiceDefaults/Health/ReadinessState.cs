namespace Cafe.ServiceDefaults.Health;

/// <summary>Whether a service can do its work.</summary>
public enum ReadinessState
{
    /// <summary>Loading or warming up; calls are answered UNAVAILABLE.</summary>
    Starting,

    /// <summary>Able to work.</summary>
    Ready,

    /// <summary>Going down: finishing what runs, taking nothing new once the announcement had its time.</summary>
    Draining,

    /// <summary>Unable to work until someone changes something; the reason says what.</summary>
    Broken,
}
