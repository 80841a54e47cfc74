using System.Text.Json;

namespace Cafe.Training.Running;

/// <summary>The loss curve on disk: one JSON object a line, appended while training runs.</summary>
public sealed class LossLog
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string path;
    private readonly List<LossPoint> points = [];

    /// <param name="step">Steps done: points after it are of a session that was killed, and are done again.</param>
    public LossLog(string path, long step)
    {
        this.path = path;
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
            {
                if (TryParse(line) is { } point && point.Step <= step)
                {
                    points.Add(point);
                }
            }
        }

        File.WriteAllLines(path, points.Select(p => JsonSerializer.Serialize(p, Json)));
    }

    public IReadOnlyList<LossPoint> Points => points;

    public double Seconds => points.Count > 0 ? points[^1].Seconds : 0;

    public void Add(LossPoint point)
    {
        points.Add(point);
        File.AppendAllText(path, JsonSerializer.Serialize(point, Json) + "\n");
    }

    // The last line may be cut off where the process was killed.
    private static LossPoint? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<LossPoint>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
