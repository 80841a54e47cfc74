using Cafe.Client;
using Cafe.V1;

namespace Cafe.Testing.Processes;

/// <summary>A call that something befalls in its middle, read as a careful client would: nothing twice, nothing backwards, an end.</summary>
public static class InterruptedCall
{
    /// <summary>Makes the call and, once, at the moment, lets something happen.</summary>
    /// <param name="client">The gateway's client.</param>
    /// <param name="request">What to generate.</param>
    /// <param name="moment">Whether an event is the one to interrupt at.</param>
    /// <param name="interrupt">What happens then.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether it came before the stage's last step, and what the call gave.</returns>
    /// <exception cref="InvalidOperationException">The stream contradicted itself.</exception>
    public static async Task<(bool Midway, CafeResult Result)> RunAsync(
        CafeClient client, GenerateRequest request, Func<CafeEvent, bool> moment, Func<Task> interrupt, CancellationToken cancellation)
    {
        var pictures = new SortedDictionary<int, CafePicture>();
        var (text, done, midway, lastStep) = ("", false, false, 0);
        await foreach (var told in client.GenerateAsync(request, cancellation))
        {
            switch (told)
            {
                case CafeEvent.Text delta:
                    text += delta.Delta;
                    break;
                case CafeEvent.Progress progress:
                    lastStep = progress.Step >= lastStep ? progress.Step : throw new InvalidOperationException($"Progress went back from {lastStep} to {progress.Step}.");
                    break;
                case CafeEvent.Finished finished:
                    if (!pictures.TryAdd(finished.Picture.Index, finished.Picture))
                    {
                        throw new InvalidOperationException($"Picture {finished.Picture.Index} came twice.");
                    }

                    break;
                case CafeEvent.Done end:
                    return text == end.Summary.Reply
                        ? (midway, new CafeResult(text, [.. pictures.Values], end.Summary))
                        : throw new InvalidOperationException($"The text told was '{text}', the summary's is '{end.Summary.Reply}'.");
                default:
                    break;
            }

            if (!done && moment(told))
            {
                done = true;
                midway = told is not CafeEvent.Progress { Step: var step, Steps: var steps } || step < steps;
                await interrupt();
            }
        }

        throw new InvalidOperationException("The stream ended without its end.");
    }

    /// <summary>What tells two results of one request apart, bit by bit; null: nothing does.</summary>
    public static string? Difference(CafeResult expected, CafeResult result)
    {
        if (expected.Reply != result.Reply)
        {
            return $"The reply is '{result.Reply}', not '{expected.Reply}'.";
        }

        if (expected.Pictures.Count != result.Pictures.Count)
        {
            return $"There are {result.Pictures.Count} pictures, not {expected.Pictures.Count}.";
        }

        var other = expected.Pictures.Zip(result.Pictures)
            .FirstOrDefault(pair => (pair.First.Index, pair.First.Seed) != (pair.Second.Index, pair.Second.Seed) || !pair.First.Data.Span.SequenceEqual(pair.Second.Data.Span));
        return other.First is null ? null : $"Picture {other.First.Index} is another.";
    }
}
