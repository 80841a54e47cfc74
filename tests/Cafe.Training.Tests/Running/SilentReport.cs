using Cafe.Training.Running;

namespace Cafe.Training.Tests.Running;

internal sealed class SilentReport : ITrainingReport
{
    public List<LossPoint> Points { get; } = [];

    public void Started(string stage, long step, long steps, long parameters)
    {
    }

    public void Progress(string stage, LossPoint point, long steps, double samplesPerSecond, TimeSpan left) => Points.Add(point);

    public void Finished(string stage, long steps, TimeSpan took)
    {
    }
}
