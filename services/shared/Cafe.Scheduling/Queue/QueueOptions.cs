using System.ComponentModel.DataAnnotations;

namespace Cafe.Scheduling.Queue;

/// <summary>Bounds and fairness of a stage's queue.</summary>
public sealed class QueueOptions
{
    /// <summary>Most requests that wait at once, 1 to 100000. Default 64. One more is rejected at once.</summary>
    [Range(1, 100_000)]
    public int Capacity { get; set; } = 64;

    /// <summary>Seconds after which waiting batch work counts as interactive, above 0. Default 120.</summary>
    [Range(0.001, 86_400)]
    public double BatchAgeingSeconds { get; set; } = 120;

    /// <summary>
    /// Seconds of work taken off a request's cost for every second it has waited, 0 to 1. Default 0.05: a request of a
    /// minute is served before newer short ones after twenty minutes at the latest. 0 is shortest work first, without ageing.
    /// </summary>
    [Range(0, 1)]
    public double AgeingRate { get; set; } = 0.05;

    /// <summary>
    /// Seconds of service that a tenant may be ahead of the least served waiting tenant before its requests go
    /// behind, above 0. Default 10. Within it the shorter request goes first, whoever sent it.
    /// </summary>
    [Range(0.001, 86_400)]
    public double TenantSlackSeconds { get; set; } = 10;

    /// <summary>Shortest delay told to a rejected caller, in seconds, above 0. Default 0.25.</summary>
    [Range(0.001, 3_600)]
    public double MinRetrySeconds { get; set; } = 0.25;

    /// <summary>Longest delay told to a rejected caller, in seconds, at least the shortest. Default 30.</summary>
    [Range(0.001, 3_600)]
    public double MaxRetrySeconds { get; set; } = 30;

    /// <summary>Fails with the first option that is out of its range.</summary>
    /// <exception cref="ValidationException">Names the option, its range and the value.</exception>
    public void Validate()
    {
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true))
        {
            throw new ValidationException(string.Join(" ", results.Select(result => result.ErrorMessage)));
        }

        if (MaxRetrySeconds < MinRetrySeconds)
        {
            throw new ValidationException(
                $"MaxRetrySeconds is {MaxRetrySeconds}; it must be at least MinRetrySeconds, {MinRetrySeconds}.");
        }
    }
}
