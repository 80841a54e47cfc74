using System.Threading.Channels;
using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Embeddings.Values;
using Cafe.Scheduling.Queue;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Assistant.Serving;

/// <summary>
/// Sends a job's events. Text that came while the reader was busy goes out as one message, so a slow reader costs fewer messages, never memory.
/// </summary>
internal sealed class RespondWriter(IServerStreamWriter<RespondResponse> stream, ReplyScheduler scheduler, ReplyJob job, TimeProvider time)
{
    // At most twice a second; the first one soon, since an idle assistant begins at once and then there is nothing to say.
    private static readonly TimeSpan FirstPosition = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan NextPosition = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends until the last event and answers it.</summary>
    /// <exception cref="Exception">What the job failed with.</exception>
    public async Task<FinishedEvent> SendAll(CancellationToken cancellation)
    {
        await SendPositions(cancellation);
        var events = job.Events;
        while (await events.WaitToReadAsync(cancellation))
        {
            var delta = new TextDelta();
            while (events.TryRead(out var told))
            {
                switch (told)
                {
                    case TextEvent text:
                        delta.Text += text.Text;
                        delta.TokenIds.Add(text.TokenId);
                        break;
                    case SemanticEvent semantic:
                        delta = await Flush(delta, cancellation);
                        await stream.WriteAsync(new RespondResponse { Semantic = Message(semantic) }, cancellation);
                        break;
                    case FinishedEvent finished:
                        await Flush(delta, cancellation);
                        return finished;
                    default:
                        throw new InvalidOperationException($"Unknown event {told.GetType().Name}.");
                }
            }

            await Flush(delta, cancellation);
        }

        throw new ChannelClosedException("A reply ended without its last event.");
    }

    private static SemanticPrediction Message(SemanticEvent semantic) =>
        new() { Embedding = TensorMessages.Float32([semantic.Embedding.Length], semantic.Embedding) };

    private async Task SendPositions(CancellationToken cancellation)
    {
        var first = job.Events.WaitToReadAsync(cancellation).AsTask();
        var sent = default(WaitEstimate?);
        for (var delay = FirstPosition; !first.IsCompleted; delay = NextPosition)
        {
            await Task.WhenAny(first, Task.Delay(delay, time, cancellation));
            if (first.IsCompleted || scheduler.Estimate(job) is not { } estimate)
            {
                break;
            }

            if (estimate != sent)
            {
                sent = estimate;
                var queued = new QueuePosition { Ahead = estimate.Ahead, WaitSeconds = estimate.WaitSeconds };
                await stream.WriteAsync(new RespondResponse { Queued = queued }, cancellation);
            }
        }

        await first; // surfaces a failure
    }

    private async Task<TextDelta> Flush(TextDelta delta, CancellationToken cancellation)
    {
        if (delta.TokenIds.Count > 0)
        {
            await stream.WriteAsync(new RespondResponse { Text = delta }, cancellation);
        }

        return new TextDelta();
    }
}
