namespace Cafe.Scheduling.Steps;

/// <summary>
/// Seconds that one model call takes, by rows: measured at warm-up, refined by every call, interpolated between.
/// Thread-safe.
/// </summary>
public sealed class StepTimes
{
    private readonly Lock _gate = new();
    private readonly SortedList<int, double> _seconds = [];
    private readonly double _smoothing;

    /// <summary>Creates the table.</summary>
    /// <param name="measured">Rows to seconds; at least one entry, rows and seconds above 0.</param>
    /// <param name="smoothing">Weight of a new observation, 0 (a fixed table) to 1. Default 0.1.</param>
    public StepTimes(IEnumerable<KeyValuePair<int, double>> measured, double smoothing = 0.1)
    {
        if (smoothing is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "The smoothing must be 0 to 1.");
        }

        foreach (var (rows, seconds) in measured)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
            _seconds[rows] = seconds;
        }

        if (_seconds.Count == 0)
        {
            throw new ArgumentException("A table of step times needs an entry.", nameof(measured));
        }

        _smoothing = smoothing;
    }

    /// <summary>Seconds of a call with so many rows (1 or more): linear between entries and past the last two.</summary>
    public double this[int rows]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
            lock (_gate)
            {
                return Interpolate(rows);
            }
        }
    }

    /// <summary>A call took that long.</summary>
    public void Observe(int rows, double seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        if (seconds > 0 && _smoothing > 0)
        {
            lock (_gate)
            {
                var known = Interpolate(rows);
                _seconds[rows] = known + (_smoothing * (seconds - known));
            }
        }
    }

    private double Interpolate(int rows)
    {
        if (_seconds.TryGetValue(rows, out var exact))
        {
            return exact;
        }

        var (keys, values) = (_seconds.Keys, _seconds.Values);
        if (keys.Count == 1)
        {
            // One point says nothing about fixed costs: assume that rows cost alike.
            return values[0] * rows / keys[0];
        }

        var upper = 0;
        while (upper < keys.Count - 1 && keys[upper] < rows)
        {
            upper++;
        }

        upper = Math.Max(1, upper);
        var slope = (values[upper] - values[upper - 1]) / (keys[upper] - keys[upper - 1]);
        // A noisy table may fall; more rows never take less time, and no step is free.
        return Math.Max(values[upper - 1] + (slope * (rows - keys[upper - 1])), Math.Min(values[0], values[upper - 1]) * 0.1);
    }
}
