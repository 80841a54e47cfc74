using Cafe.Diffuser.Scheduling;

namespace Cafe.Diffuser.Serving;

/// <summary>What a request's reader is told.</summary>
internal abstract record DrawingEvent
{
    /// <summary>Steps were done.</summary>
    public sealed record Progressed(DrawingProgress Progress) : DrawingEvent;

    /// <summary>An unfinished picture, as latents.</summary>
    public sealed record Previewed(int Index, int Step, float[] Latents) : DrawingEvent;

    /// <summary>A finished picture, [3, height, width].</summary>
    public sealed record Drawn(int Index, float[] Pixels) : DrawingEvent;

    /// <summary>The end.</summary>
    public sealed record Completed(DrawingTimings Timings) : DrawingEvent;
}
