namespace Cafe.Benchmarks.Scheduling;

/// <summary>Seeded requests with Poisson arrivals: the same seed gives the same work, at whatever load.</summary>
internal sealed class Workload
{
    private readonly IReadOnlyList<WorkRequest> _requests;

    private Workload(IReadOnlyList<WorkRequest> requests) => _requests = requests;

    /// <summary>4 to 50 steps, 1 to 4 pictures, all equally likely.</summary>
    public static Workload Mixed(int count, int seed) => Draw(count, seed, random => (random.Next(4, 51), random.Next(1, 5)));

    /// <summary>25 steps and one picture, every time.</summary>
    public static Workload Equal(int count, int seed) => Draw(count, seed, _ => (25, 1));

    /// <summary>The requests, so far apart that a server busy for <paramref name="service"/> seconds with each of them is busy for the share <paramref name="load"/> of the time.</summary>
    public IReadOnlyList<WorkRequest> At(double load, Func<WorkRequest, double> service)
    {
        var apart = _requests.Average(service) / load;
        return [.. _requests.Select(request => request with { Arrival = request.Arrival * apart })];
    }

    private static Workload Draw(int count, int seed, Func<Random, (int Steps, int Count)> draw)
    {
        var random = new Random(seed);
        var (requests, at) = (new List<WorkRequest>(), 0.0);
        for (var i = 0; i < count; i++)
        {
            var (steps, pictures) = draw(random);
            at -= Math.Log(1 - random.NextDouble());
            requests.Add(new WorkRequest(at, steps, pictures));
        }

        return new Workload(requests);
    }
}
