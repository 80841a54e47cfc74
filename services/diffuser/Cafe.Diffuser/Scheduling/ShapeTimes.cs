using Cafe.Scheduling.Steps;

namespace Cafe.Diffuser.Scheduling;

/// <summary>
/// Step and decoding times of every shape. Those of the pack's default shape are measured at warm-up; another one's start from
/// there in proportion to the area, and every shape's follow what is observed. Thread-safe.
/// </summary>
public sealed class ShapeTimes
{
    private const double Smoothing = 0.1;
    private readonly Shape _measured;
    private readonly IReadOnlyDictionary<int, double> _table;
    private readonly double _smoothing;
    private readonly Dictionary<Shape, (StepTimes Steps, double Decode)> _shapes = [];

    /// <summary>Creates the times.</summary>
    /// <param name="measured">The shape of the measurements.</param>
    /// <param name="steps">Rows of a UNet call to seconds.</param>
    /// <param name="decodeSeconds">Seconds to decode one picture.</param>
    /// <param name="fixedTimes">Observations change nothing: for tests and simulations.</param>
    public ShapeTimes(Shape measured, IReadOnlyDictionary<int, double> steps, double decodeSeconds, bool fixedTimes = false)
    {
        _measured = measured;
        _table = steps;
        _smoothing = fixedTimes ? 0 : Smoothing;
        _shapes[measured] = (new StepTimes(steps, _smoothing), decodeSeconds);
    }

    /// <summary>Seconds of a UNet call by rows.</summary>
    public StepTimes Steps(Shape shape) => Of(shape).Steps;

    /// <summary>Seconds to decode one picture.</summary>
    public double DecodeSeconds(Shape shape) => Of(shape).Decode;

    /// <summary>A picture was decoded.</summary>
    public void ObserveDecode(Shape shape, double seconds)
    {
        lock (_shapes)
        {
            var (steps, decode) = Of(shape);
            _shapes[shape] = (steps, decode + (_smoothing * (seconds - decode)));
        }
    }

    private (StepTimes Steps, double Decode) Of(Shape shape)
    {
        lock (_shapes)
        {
            if (!_shapes.TryGetValue(shape, out var times))
            {
                var ratio = (double)shape.Area / _measured.Area;
                times = (
                    new StepTimes(_table.Select(entry => KeyValuePair.Create(entry.Key, entry.Value * ratio)), _smoothing),
                    _shapes[_measured].Decode * ratio);
                _shapes[shape] = times;
            }

            return times;
        }
    }
}
