using System.Diagnostics;
using System.Threading.Channels;
using Cafe.Assistant.Replies;
using Cafe.Scheduling.Queue;

namespace Cafe.Assistant.Scheduling;

/// <summary>A submitted request, from the queue to its last event.</summary>
public sealed class ReplyJob
{
    // Bounded by the reply's length: a slow reader holds back its own few kilobytes and nobody's step.
    private readonly Channel<ReplyEvent> _events = Channel.CreateUnbounded<ReplyEvent>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });
    private CancellationTokenRegistration _registration;

    internal ReplyJob(ReplyRequest request, ReplyText text, CancellationToken cancellation)
    {
        (Request, Text, Cancellation) = (request, text, cancellation);
        Trace = Activity.Current?.Context ?? default;
    }

    /// <summary>What is asked for.</summary>
    public ReplyRequest Request { get; }

    /// <summary>What the reader is told. Ends with a <see cref="FinishedEvent"/>, or with the exception that the job failed with.</summary>
    public ChannelReader<ReplyEvent> Events => _events.Reader;

    internal ReplyText Text { get; }

    internal CancellationToken Cancellation { get; }

    /// <summary>The caller's trace; the spans of the work are its.</summary>
    internal ActivityContext Trace { get; }

    /// <summary>Its place in the queue, for whoever submitted it. Not the loop's: that may have the job before the submission has returned.</summary>
    internal WorkItem<ReplyJob> Item { get; set; } = null!;

    /// <summary>The scheduler's step count when the caller went away; negative while it is there.</summary>
    internal long CancelledAtStep { get; set; } = -1;

    internal void OnCancel(Action action) => _registration = Cancellation.Register(action);

    internal void Tell(ReplyEvent told) => _events.Writer.TryWrite(told);

    /// <summary>Ends the stream of events; with an exception, the reader gets it. The first call counts.</summary>
    internal void End(Exception? exception = null)
    {
        _events.Writer.TryComplete(exception);
        _registration.Unregister(); // not Dispose: it may be the registration's own callback that ends the job
    }
}
