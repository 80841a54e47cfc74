using Cafe.Training.Running;

namespace Cafe.Training.Tests.Running;

public sealed class LengthOrderTests
{
    private const int Samples = 512, Batch = 8, Batches = Samples / Batch;

    private static readonly int[] Lengths = [.. Enumerable.Range(0, Samples).Select(sample => sample * 7919 % 101)];

    [Fact]
    public void Take_OneTimeRound_HasEverySampleOnce()
    {
        var order = Order(3);
        Assert.Equal(Enumerable.Range(0, Samples), Enumerable.Range(0, Batches).SelectMany(step => Take(order, step)).Select(sample => (int)sample).Order());
    }

    [Fact]
    public void Take_ABatch_HasSamplesOfAboutOneLength()
    {
        var (sorted, plain) = (Order(3), new SampleOrder(Range(), 3));
        var padding = Enumerable.Range(0, 64).Average(step => Padding(Take(sorted, step)));
        Assert.True(padding < 0.15 * Enumerable.Range(0, 64).Average(step => Padding(plain.Take(step * Batch, Batch))));

        // Nor do short ones come first.
        var first = Enumerable.Range(0, 32).Select(step => Take(sorted, step).Average(sample => Lengths[(int)sample])).ToList();
        Assert.NotEqual(first.Order(), first);

        static double Padding(IReadOnlyList<long> batch) => batch.Sum(sample => batch.Max(other => Lengths[(int)other]) - Lengths[(int)sample]);
    }

    [Fact]
    public void Take_FromAnywhere_FollowsFromTheSeedAndTheNumber()
    {
        var order = Order(3);
        var told = Enumerable.Range(0, 3 * Batches).Select(step => Take(order, step)).ToList();
        foreach (var step in new[] { 150, 33, 0, 65, 64, 191 })
        {
            Assert.Equal(told[step], Take(Order(3), step));
            Assert.Equal(told[step], Take(order, step));
        }

        Assert.NotEqual(told[0], Take(Order(4), 0));
    }

    private static LengthOrder Order(long seed) => new(new SampleOrder(Range(), seed), Lengths, seed);

    private static IEnumerable<long> Range() => Enumerable.Range(0, Samples).Select(sample => (long)sample);

    private static IReadOnlyList<long> Take(LengthOrder order, int number)
    {
        using var step = new TrainingStep(1, number, 0, Batch, (long)number * Batch);
        return order.Take(step);
    }
}
