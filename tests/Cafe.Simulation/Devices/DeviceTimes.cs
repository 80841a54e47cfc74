using System.Text.Json;
using Cafe.Simulation.Load;

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
/// <param name="Gigabytes">Of the weights that a stage's pod reads, by the stage's name in lower case.</param>
/// <param name="Start">How long a pod takes to be ready; the same for every device.</param>
public sealed record DeviceTimes(
    string Name,
    bool Assumed,
    string Source,
    IReadOnlyDictionary<int, double> Diffuser,
    double DecodeMilliseconds,
    IReadOnlyDictionary<int, double> Assistant,
    double PrefillMillisecondsPerToken,
    IReadOnlyDictionary<int, double> Encoder,
    IReadOnlyDictionary<string, double> Gigabytes,
    StartTimes Start)
{
    // Most pictures, and replies, of a call of the simulated pods; guidance draws a picture in two rows.
    private const int FullCall = 8, RowsPerPicture = 2;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The devices of devices.json.</summary>
    public static IReadOnlyList<DeviceTimes> All { get; } = Read();

    /// <summary>A device of devices.json.</summary>
    /// <exception cref="ArgumentException">Lists the devices there are.</exception>
    public static DeviceTimes Find(string name) =>
        All.FirstOrDefault(device => device.Name == name) ?? throw new ArgumentException($"There is no device '{name}'; there are: {string.Join(", ", All.Select(device => device.Name))}.");

    /// <summary>Seconds from the creation of a stage's pod to its readiness.</summary>
    public double StartSeconds(Stage stage) => Start.Seconds + (Gigabytes[stage.ToString().ToLowerInvariant()] / Start.GigabytesPerSecond);

    /// <summary>Requests a second that one pod of a stage can work off, its calls being full: the day's mix, see <see cref="BurstyDay"/>.</summary>
    public double RequestsPerSecond(Stage stage)
    {
        var (rows, milliseconds) = (stage switch { Stage.Encoder => Encoder, Stage.Assistant => Assistant, _ => Diffuser }).Where(row => stage == Stage.Diffuser || row.Key <= FullCall).MaxBy(row => row.Key);
        var row = milliseconds / rows;
        return 1000 / (stage switch
        {
            Stage.Encoder => row * BurstyDay.EncodedShare,
            Stage.Assistant => (BurstyDay.MeanPromptTokens * PrefillMillisecondsPerToken) + (BurstyDay.MeanReplyTokens * row),
            Stage.Diffuser => BurstyDay.MeanPictures * ((BurstyDay.MeanSteps * RowsPerPicture * row) + DecodeMilliseconds),
            _ => throw new InvalidOperationException($"No work of {stage}."),
        });
    }

    /// <summary>Rows to seconds.</summary>
    public static Dictionary<int, double> Seconds(IReadOnlyDictionary<int, double> milliseconds) => milliseconds.ToDictionary(row => row.Key, row => row.Value / 1000);

    private static DeviceTimes[] Read()
    {
        var table = JsonSerializer.Deserialize<Table>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Devices", "devices.json")), Json)!;
        return [.. table.Devices.Select(device => device with { Start = table.Start })];
    }

    private sealed record Table(string Note, StartTimes Start, DeviceTimes[] Devices);
}
