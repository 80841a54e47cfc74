namespace Cafe.Training.Conversations;

/// <summary>Where a chat model is asked, and how.</summary>
public sealed record ChatEndpointOptions
{
    /// <summary>Base address of an OpenAI-compatible API, for example http://localhost:8000/v1/; chat/completions is appended.</summary>
    public required Uri BaseAddress { get; init; }

    /// <summary>The model's name there.</summary>
    public required string Model { get; init; }

    /// <summary>Sent as a bearer token; null sends none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>0 to 2. Default 0.9: wording should vary.</summary>
    public double Temperature { get; init; } = 0.9;

    /// <summary>The most tokens of an answer, from 16. Default 300.</summary>
    public int MaxTokens { get; init; } = 300;

    /// <summary>Attempts for each conversation, from 1. Default 4.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Wait before the second attempt; doubles after each. Default 1 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Throws where an option lies outside its range.</summary>
    public void Validate()
    {
        if (!BaseAddress.IsAbsoluteUri || BaseAddress.Scheme is not ("http" or "https"))
        {
            throw new InvalidDataException($"BaseAddress must be an absolute http or https address, not '{BaseAddress}'.");
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(Model);
        ArgumentOutOfRangeException.ThrowIfLessThan(Temperature, 0.0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Temperature, 2.0);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(Attempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstDelay, TimeSpan.Zero);
    }
}
