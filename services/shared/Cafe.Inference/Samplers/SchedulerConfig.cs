using System.Text.Json;
using Cafe.Packs.Manifest;

namespace Cafe.Inference.Samplers;

/// <summary>
/// diffusers' scheduler_config.json. A pack may be sampled by another scheduler than the one that wrote the file: as there,
/// each sampler reads the fields that its class has, and takes its own defaults for those that the file leaves out or lists
/// under <c>_use_default_values</c>.
/// </summary>
public sealed class SchedulerConfig
{
    // Fields of the schedulers that Stable Diffusion's checkpoints are published with. What a sampler doesn't have, it ignores
    // as diffusers does; what nobody knows is refused, for it may change every picture.
    private static readonly HashSet<string> KnownFields =
    [
        "algorithm_type", "beta_end", "beta_schedule", "beta_start", "clip_sample", "clip_sample_range",
        "dynamic_thresholding_ratio", "euler_at_final", "final_sigmas_type", "flow_shift", "interpolation_type",
        "lambda_min_clipped", "lower_order_final", "num_train_timesteps", "prediction_type", "rescale_betas_zero_snr",
        "sample_max_value", "set_alpha_to_one", "sigma_max", "sigma_min", "skip_prk_steps", "solver_order", "solver_type",
        "steps_offset", "thresholding", "time_shift_type", "timestep_spacing", "timestep_type", "trained_betas",
        "use_beta_sigmas", "use_dynamic_shifting", "use_exponential_sigmas", "use_flow_sigmas", "use_karras_sigmas",
        "use_lu_lambdas", "variance_type",
    ];

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    private SchedulerConfig()
    {
    }

    /// <summary>Reads the file's bytes; <c>-Infinity</c> and <c>NaN</c>, which diffusers writes, are read.</summary>
    /// <exception cref="SchedulerConfigException">It is no JSON object, or has an unknown field.</exception>
    public static SchedulerConfig Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return Parse(PythonJson.Parse(json));
        }
        catch (JsonException error)
        {
            throw new SchedulerConfigException("(file)", $"not JSON: {error.Message}");
        }
    }

    /// <summary>Reads an object; <c>-Infinity</c> may stand as a string.</summary>
    /// <exception cref="SchedulerConfigException">It is no object, or has an unknown field.</exception>
    public static SchedulerConfig Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new SchedulerConfigException("(file)", $"must be an object, not {json.ValueKind}.");
        }

        var config = new SchedulerConfig();
        foreach (var property in json.EnumerateObject().Where(property => !property.Name.StartsWith('_')))
        {
            if (!KnownFields.Contains(property.Name))
            {
                throw new SchedulerConfigException(property.Name, "is unknown.");
            }

            config._fields[property.Name] = property.Value;
        }

        // Written at their class's defaults: another class takes its own.
        if (json.TryGetProperty("_use_default_values", out var defaults) && defaults.ValueKind == JsonValueKind.Array)
        {
            foreach (var name in defaults.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String))
            {
                config._fields.Remove(name.GetString()!);
            }
        }

        return config;
    }

    internal double Number(string field, double ifAbsent)
    {
        if (!TryGet(field, out var value))
        {
            return ifAbsent;
        }

        return PythonJson.TryGetNumber(value, out var number) ? number : throw Malformed(field, "a number", value);
    }

    internal double? OptionalNumber(string field) => TryGet(field, out _) ? Number(field, 0) : null;

    internal int Integer(string field, int ifAbsent, int min, int max)
    {
        var value = Number(field, ifAbsent);
        return value == Math.Floor(value) && value >= min && value <= max
            ? (int)value
            : throw new SchedulerConfigException(field, $"must be a whole number from {min} to {max}, not {value}.");
    }

    internal bool Flag(string field, bool ifAbsent)
    {
        if (!TryGet(field, out var value))
        {
            return ifAbsent;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Malformed(field, "true or false", value);
    }

    internal T Choice<T>(string field, string ifAbsent, params (string Name, T Value)[] choices)
    {
        var name = ifAbsent;
        if (TryGet(field, out var value))
        {
            name = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Malformed(field, "a string", value);
        }

        foreach (var choice in choices)
        {
            if (choice.Name == name)
            {
                return choice.Value;
            }
        }

        throw new SchedulerConfigException(field, $"'{name}' is not supported; supported are {string.Join(", ", choices.Select(choice => $"'{choice.Name}'"))}.");
    }

    /// <summary>Refuses a feature that is switched on.</summary>
    internal void RequireOff(params string[] fields)
    {
        foreach (var field in fields)
        {
            if (Flag(field, false))
            {
                throw new SchedulerConfigException(field, "true is not supported.");
            }
        }
    }

    internal float[]? Numbers(string field)
    {
        if (!TryGet(field, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => PythonJson.TryGetNumber(item, out var number) ? (float)number : throw Malformed(field, "a list of numbers", item))]
            : throw Malformed(field, "a list of numbers or null", value);
    }

    private static SchedulerConfigException Malformed(string field, string wanted, JsonElement value)
    {
        var text = value.GetRawText();
        return new(field, $"must be {wanted}, not {(text.Length > 40 ? text[..40] + "..." : text)}.");
    }

    private bool TryGet(string field, out JsonElement value) =>
        _fields.TryGetValue(field, out value) && value.ValueKind != JsonValueKind.Null;
}
