using System.Text.Json;

namespace Cafe.Simulation.Devices;

/// <summary>What a device takes for a call of each stage.</summary>
/// <param name="Name">For example <c>a100</c>.</param>
/// <param name="Assumed">Whether the rows were derived rather than measured.</param>
/// <param name="Source">Where they come from.</param>
/// <param name="Diffuser">Rows of a UNet call to milliseconds.</param>
/// <param name="DecodeMilliseconds">One picture through the decoder.</param>
/// <param name="Assistant">Rows of a token's step to milliseconds.</param>
/// <param name="PrefillMillisecondsPerToken">Of a prompt.</param>
/// <param name="Encoder">Pictures of a call to milliseconds.</param>
public sealed record DeviceTimes(
    string Name,
    bool Assumed,
    string Source,
    IReadOnlyDictionary<int, double> Diffuser,
    double DecodeMilliseconds,
    IReadOnlyDictionary<int, double> Assistant,
    double PrefillMillisecondsPerToken,
    IReadOnlyDictionary<int, double> Encoder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A device of devices.json.</summary>
    /// <exception cref="ArgumentException">Lists the devices there are.</exception>
    public static DeviceTimes Find(string name)
    {
        var table = JsonSerializer.Deserialize<Table>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Devices", "devices.json")), Json)!;
        return table.Devices.FirstOrDefault(device => device.Name == name)
            ?? throw new ArgumentException($"There is no device '{name}'; there are: {string.Join(", ", table.Devices.Select(device => device.Name))}.");
    }

    /// <summary>Rows to seconds.</summary>
    public static Dictionary<int, double> Seconds(IReadOnlyDictionary<int, double> milliseconds) => milliseconds.ToDictionary(row => row.Key, row => row.Value / 1000);

    private sealed record Table(string Note, DeviceTimes[] Devices);
}
