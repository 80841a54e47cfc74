namespace Cafe.Diffuser.Scheduling;

/// <summary>Told what happens to a request, on the scheduler's thread: must not block and must not throw.</summary>
public interface IDrawingEvents
{
    /// <summary>The work began.</summary>
    /// <param name="waited">Time in the queue.</param>
    void Started(TimeSpan waited);

    /// <summary>A step was done.</summary>
    void Progressed(DrawingProgress progress);

    /// <summary>An unfinished picture, as latents.</summary>
    /// <param name="index">From 0.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="latents">[channels, height, width], the receiver's own.</param>
    void Previewed(int index, int step, float[] latents);

    /// <summary>A finished picture.</summary>
    /// <param name="index">From 0.</param>
    /// <param name="pixels">[3, height, width], about -1 to 1; the receiver's own.</param>
    void Drawn(int index, float[] pixels);

    /// <summary>All pictures are done.</summary>
    void Completed(DrawingTimings timings);

    /// <summary>The request ended without all its pictures.</summary>
    void Failed(Exception error);
}
