using Cafe.Diffuser.Scheduling;

namespace Cafe.Simulation.Pods;

/// <summary>Passes on that a drawing began and how it ended; what comes in between is dropped.</summary>
/// <param name="begun">The work began.</param>
/// <param name="done">All pictures are drawn.</param>
/// <param name="failed">It ended without them.</param>
internal sealed class DrawingEnds(Action begun, Action done, Action<Exception> failed) : IDrawingEvents
{
    public void Started(TimeSpan waited) => begun();

    public void Progressed(DrawingProgress progress)
    {
    }

    public void Previewed(int index, int step, float[] latents)
    {
    }

    public void Drawn(int index, float[] pixels)
    {
    }

    public void Completed(DrawingTimings timings) => done();

    public void Failed(Exception error) => failed(error);
}
