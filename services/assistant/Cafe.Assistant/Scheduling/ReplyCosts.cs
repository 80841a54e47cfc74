using Cafe.Assistant.Replies;
using Cafe.Scheduling.Steps;

namespace Cafe.Assistant.Scheduling;

/// <summary>
/// Seconds that replies take, alone: what the queue orders by and predicts waits from. Measured at warm-up, refined by every call. Written by the scheduler's loop; read from any thread.
/// </summary>
/// <param name="stepTimes">Seconds of a step by rows.</param>
/// <param name="prefillSecondsPerToken">Seconds of a prompt's token, above 0.</param>
public sealed class ReplyCosts(StepTimes stepTimes, double prefillSecondsPerToken)
{
    private const double Smoothing = 0.1;
    private double _prefill = prefillSecondsPerToken;
    private double _replyTokens = 64;

    /// <summary>Seconds of a request that has not begun.</summary>
    public double Expected(ReplyRequest request, int maxTokens) =>
        (request.PromptTokens * Volatile.Read(ref _prefill)) + (ExpectedTokens(request, maxTokens) * stepTimes[1]);

    /// <summary>A chunk of a prompt took that long; answers its seconds of work, which are the same.</summary>
    public double ObservePrefill(int tokens, double seconds)
    {
        if (seconds > 0)
        {
            Volatile.Write(ref _prefill, _prefill + (Smoothing * ((seconds / tokens) - _prefill)));
        }

        return seconds;
    }

    /// <summary>A step over rows took that long; answers the seconds that each row's token would have taken alone.</summary>
    public double ObserveStep(int rows, double seconds)
    {
        stepTimes.Observe(rows, seconds);
        return stepTimes[1];
    }

    /// <summary>A reply had that many tokens.</summary>
    public void ObserveReply(ReplyRequest request, int tokens)
    {
        if (!request.EmbeddingOnly)
        {
            Volatile.Write(ref _replyTokens, _replyTokens + (Smoothing * (tokens - _replyTokens)));
        }
    }

    internal double Remaining(ReplyRow row)
    {
        var (request, text) = (row.Job.Request, row.Job.Text);
        var tokens = ExpectedTokens(request, text.MaxTokens);
        var left = Math.Max(1, tokens - text.Count); // one at least: it has not ended
        return ((row.PromptTokens - row.Prefilled) * Volatile.Read(ref _prefill)) + (left * stepTimes[1]);
    }

    // Forced tokens are certain, the others are as many as replies had lately.
    private double ExpectedTokens(ReplyRequest request, int maxTokens) => request.EmbeddingOnly
        ? 1
        : Math.Min(maxTokens, Math.Max(Volatile.Read(ref _replyTokens), request.ForcedPrefix.Count)) + 2;
}
