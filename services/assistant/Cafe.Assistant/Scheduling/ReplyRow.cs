using Cafe.Assistant.Replies;
using Cafe.Scheduling.Queue;

namespace Cafe.Assistant.Scheduling;

/// <summary>A job that has a place in the cache.</summary>
internal sealed class ReplyRow(WorkItem<ReplyJob> item, int slot, float[] prompt, int promptTokens, long started)
{
    public WorkItem<ReplyJob> Item { get; } = item;

    public ReplyJob Job => Item.Work;

    public int Slot { get; } = slot;

    /// <summary>Input embeddings of the prompt, [tokens, hidden]; let go once they are computed.</summary>
    public float[] Prompt { get; private set; } = prompt;

    public int PromptTokens { get; } = promptTokens;

    /// <summary>Prompt tokens in the cache.</summary>
    public int Prefilled { get; private set; }

    public bool IsPrefilling => Prefilled < PromptTokens;

    /// <summary>What the next step feeds: a token or <see cref="StepInput.ImageToken"/>. Meaningless while the prompt is computed.</summary>
    public int Next { get; set; }

    /// <summary>[IMG] follows the token that is fed next.</summary>
    public bool ImageFollows { get; set; }

    /// <summary>The prompt's logits, kept while [IMG] is computed before the reply.</summary>
    public float[]? FirstLogits { get; set; }

    public long Started { get; } = started;

    public long PrefilledAt { get; private set; }

    /// <summary>Seconds that its tenant was charged when it was taken, and that it has not used.</summary>
    public double UnusedSeconds { get; private set; } = item.CostSeconds;

    /// <summary>It used the model for so long; answers how many of these seconds have not been charged.</summary>
    public double Use(double seconds)
    {
        var charged = Math.Min(UnusedSeconds, seconds);
        UnusedSeconds -= charged;
        return seconds - charged;
    }

    public void Advance(int tokens, long now)
    {
        Prefilled += tokens;
        if (!IsPrefilling)
        {
            Prompt = [];
            PrefilledAt = now;
        }
    }

    public ReplyTimes Times(long ended) => new(Item.EnqueuedTimestamp, Started, PrefilledAt, ended);
}
