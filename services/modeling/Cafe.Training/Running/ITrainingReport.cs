namespace Cafe.Training.Running;

/// <summary>Told how a run goes; the command line prints it.</summary>
public interface ITrainingReport
{
    void Started(string stage, long step, long steps, long parameters);

    /// <param name="samplesPerSecond">Over the last minutes.</param>
    /// <param name="left">At that speed.</param>
    void Progress(string stage, LossPoint point, long steps, double samplesPerSecond, TimeSpan left);

    void Finished(string stage, long steps, TimeSpan took);
}
