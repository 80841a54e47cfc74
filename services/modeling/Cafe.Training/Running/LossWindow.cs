namespace Cafe.Training.Running;

/// <summary>Means over the steps since the last point of the curve.</summary>
internal sealed class LossWindow
{
    private readonly Dictionary<string, (double Sum, double Weight)> figures = [];
    private double loss;
    private double norm;
    private int steps;

    public void Add(double stepLoss, double gradientNorm)
    {
        loss += stepLoss;
        norm += gradientNorm;
        steps++;
    }

    public void Add(IReadOnlyDictionary<string, double> values, double weight)
    {
        foreach (var (name, value) in values)
        {
            var (sum, weights) = figures.GetValueOrDefault(name);
            figures[name] = (sum + value * weight, weights + weight);
        }
    }

    public LossPoint Close(long step, double rate, double seconds, IReadOnlyDictionary<string, double> validation)
    {
        var point = new LossPoint(step, loss / steps, rate, norm / steps, seconds, figures.Select(f => (f.Key, Value: f.Value.Sum / f.Value.Weight)).Concat(validation.Select(v => (v.Key, v.Value))).ToDictionary());
        figures.Clear();
        (loss, norm, steps) = (0, 0, 0);
        return point;
    }
}
