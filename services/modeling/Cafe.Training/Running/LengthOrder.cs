namespace Cafe.Training.Running;

/// <summary>
/// An order whose batches hold samples of about the same length, so that little of a batch is padding: as many as a window of batches takes are sorted by length, cut into batches, and those come in
/// an order of their own. What a batch holds follows from the seed and its number alone.
/// </summary>
/// <param name="order">Which samples a window holds.</param>
/// <param name="lengths">Of every sample of the source, by its index.</param>
/// <param name="seed">Of the order of the batches in a window.</param>
public sealed class LengthOrder(SampleOrder order, IReadOnlyList<int> lengths, long seed)
{
    private const int MostBatches = 32;

    private long[][] window = [];
    private long number = -1;

    public IReadOnlyList<long> Take(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var batches = Math.Clamp(order.Count / step.BatchSize, 1, MostBatches);
        var (wanted, place) = Math.DivRem(step.First / step.BatchSize, batches);
        if (wanted != number || window[0].Length != step.BatchSize)
        {
            var taken = order.Take(wanted * batches * step.BatchSize, batches * step.BatchSize);
            window = [.. taken.OrderBy(sample => lengths[(int)sample]).Chunk(step.BatchSize)];
            new Random(unchecked((int)((seed * 1000003) + (wanted * 104729)))).Shuffle(window);
            number = wanted;
        }

        return window[place];
    }
}
