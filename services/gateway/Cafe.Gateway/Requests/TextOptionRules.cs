using Cafe.V1;

namespace Cafe.Gateway.Requests;

/// <summary>Ranges of the reply's options.</summary>
internal static class TextOptionRules
{
    private const int MaxStops = 4;
    private const int MaxStopLength = 64;

    public static void Check(Violations errors, TextOptions options)
    {
        if (options.HasTemperature)
        {
            errors.CheckRange("text_options.temperature", options.Temperature, 0, 2);
        }

        if (options.HasTopP && !(options.TopP > 0 && options.TopP <= 1))
        {
            errors.Add("text_options.top_p", $"must be above 0 and at most 1, not {options.TopP}");
        }

        if (options.HasCopyBias)
        {
            errors.CheckRange("text_options.copy_bias", options.CopyBias, 0, 20);
        }

        if (options.HasMaxTokens && options.MaxTokens < 1)
        {
            errors.Add("text_options.max_tokens", $"must be 1 or more, not {options.MaxTokens}");
        }

        if (options.Stop.Count > MaxStops)
        {
            errors.Add("text_options.stop", $"at most {MaxStops} strings are allowed, not {options.Stop.Count}");
        }

        for (var i = 0; i < Math.Min(options.Stop.Count, MaxStops); i++)
        {
            if (options.Stop[i].Length is 0 or > MaxStopLength)
            {
                errors.Add($"text_options.stop[{i}]", $"must have 1 to {MaxStopLength} characters, not {options.Stop[i].Length}");
            }
        }
    }
}
