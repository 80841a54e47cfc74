namespace Cafe.Assistant.Replies;

/// <summary>When a reply came how far, on the scheduler's clock (TimeProvider.GetTimestamp).</summary>
/// <param name="Enqueued">It came.</param>
/// <param name="Started">It was given a place in the cache.</param>
/// <param name="Prefilled">Its prompt was computed.</param>
/// <param name="Ended">It was complete.</param>
public readonly record struct ReplyTimes(long Enqueued, long Started, long Prefilled, long Ended);
