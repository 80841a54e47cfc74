namespace Cafe.Training.Running;

/// <summary>The order in which samples are taken: every one once, in a new order each time round. The n-th sample of a run follows from the seed and n alone.</summary>
public sealed class SampleOrder
{
    private readonly long[] samples;
    private readonly long seed;
    private readonly long[] order;
    private long round = -1;

    /// <param name="samples">Indices into a source, for example those that a filter kept.</param>
    public SampleOrder(IEnumerable<long> samples, long seed)
    {
        this.samples = [.. samples];
        this.seed = seed;
        order = new long[this.samples.Length];
        if (order.Length == 0)
        {
            throw new ArgumentException("There are no samples to train on.", nameof(samples));
        }
    }

    public int Count => order.Length;

    /// <summary>The samples from the <paramref name="first"/>-th on.</summary>
    public IReadOnlyList<long> Take(long first, int count)
    {
        var taken = new long[count];
        for (var i = 0; i < count; i++)
        {
            taken[i] = At(first + i);
        }

        return taken;
    }

    public IReadOnlyList<long> Take(TrainingStep step) => Take(step.First, step.BatchSize);

    private long At(long number)
    {
        var (wanted, place) = Math.DivRem(number, order.Length);
        if (wanted != round)
        {
            samples.CopyTo(order, 0);
            new Random(unchecked((int)(seed * 1000003 + wanted * 7919))).Shuffle(order);
            round = wanted;
        }

        return order[place];
    }
}
