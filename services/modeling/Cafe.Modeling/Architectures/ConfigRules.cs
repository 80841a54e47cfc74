using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>Refuses, by name, settings that would change what is computed and that no graph here has.</summary>
internal static class ConfigRules
{
    /// <summary>A field must be absent or have the one value that is built.</summary>
    public static void Require(ModelConfig config, string field, string value)
    {
        var actual = config.Text(field, value);
        if (actual != value)
        {
            throw new CheckpointException($"'{field}': '{actual}' is not supported; supported is '{value}'.");
        }
    }

    /// <summary>A list must be absent or hold only values that are built.</summary>
    public static void RequireAll(ModelConfig config, string field, params string[] values)
    {
        if (config.Has(field) && config.Texts(field).Except(values).FirstOrDefault() is { } other)
        {
            throw new CheckpointException($"'{field}': '{other}' is not supported; supported are {string.Join(", ", values)}.");
        }
    }

    /// <summary>Fields that must be absent or null.</summary>
    public static void RequireAbsent(ModelConfig config, params string[] fields)
    {
        if (fields.FirstOrDefault(config.Has) is { } field)
        {
            throw new CheckpointException($"'{field}' is not supported, and the configuration sets it.");
        }
    }

    /// <summary>Flags that must be absent or false.</summary>
    public static void RequireFalse(ModelConfig config, params string[] fields)
    {
        if (fields.FirstOrDefault(f => config.Flag(f, false)) is { } field)
        {
            throw new CheckpointException($"'{field}' is not supported, and the configuration sets it.");
        }
    }

    /// <summary>num_attention_heads, which must divide hidden_size; the given values where the configuration lacks them.</summary>
    public static int Heads(ModelConfig config, int heads, int width)
    {
        var count = config.Int("num_attention_heads", heads);
        RequireDivides("num_attention_heads", count, "hidden_size", config.Int("hidden_size", width));
        return count;
    }

    /// <summary>A count of groups must divide the channels of every level.</summary>
    public static void RequireAllDivided(string field, int count, string whole, IReadOnlyList<int> channels)
    {
        for (var i = 0; i < channels.Count; i++)
        {
            RequireDivides(field, count, $"{whole}[{i}]", channels[i]);
        }
    }

    /// <summary>A count of heads or groups must divide the channels that it parts.</summary>
    public static void RequireDivides(string field, int count, string whole, int channels)
    {
        if (count < 1 || channels % count != 0)
        {
            throw new CheckpointException($"'{field}' is {count}; it should be at least 1 and divide '{whole}', which is {channels}.");
        }
    }
}
