using Cafe.V1;

namespace Cafe.Client;

/// <summary>Something that happened in a generation.</summary>
public abstract record CafeEvent
{
    private protected CafeEvent()
    {
    }

    /// <summary>The request was understood.</summary>
    /// <param name="RequestId">Names the request in the gateway's logs.</param>
    /// <param name="Seed">Seed of the first picture.</param>
    /// <param name="TextSeed">Seed of the reply.</param>
    public sealed record Started(string RequestId, ulong Seed, ulong TextSeed) : CafeEvent;

    /// <summary>Waiting in a stage's queue.</summary>
    /// <param name="Stage">Which.</param>
    /// <param name="Ahead">Requests ahead.</param>
    /// <param name="Wait">Predicted time until work starts.</param>
    public sealed record Queued(Stage Stage, int Ahead, TimeSpan Wait) : CafeEvent;

    /// <summary>A stage has no ready process yet; one is starting.</summary>
    /// <param name="Stage">Which.</param>
    /// <param name="Waited">Time waited so far.</param>
    public sealed record Warming(Stage Stage, TimeSpan Waited) : CafeEvent;

    /// <summary>More of the reply.</summary>
    /// <param name="Delta">Characters to append.</param>
    public sealed record Text(string Delta) : CafeEvent;

    /// <summary>Drawing goes on; the step never goes backwards.</summary>
    /// <param name="Step">Steps done, summed over the pictures.</param>
    /// <param name="Steps">Steps in all.</param>
    /// <param name="Left">Predicted time to the last picture.</param>
    public sealed record Progress(int Step, int Steps, TimeSpan Left) : CafeEvent;

    /// <summary>An unfinished picture.</summary>
    /// <param name="Picture">The picture.</param>
    public sealed record Preview(CafePicture Picture) : CafeEvent;

    /// <summary>A finished picture; each index comes once.</summary>
    /// <param name="Picture">The picture.</param>
    public sealed record Finished(CafePicture Picture) : CafeEvent;

    /// <summary>The end, with timings and what made it.</summary>
    /// <param name="Summary">As the gateway sent it.</param>
    public sealed record Done(GenerateSummary Summary) : CafeEvent;
}
