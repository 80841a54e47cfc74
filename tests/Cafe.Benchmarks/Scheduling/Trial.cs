namespace Cafe.Benchmarks.Scheduling;

/// <summary>Requests that come by themselves, and how long each takes until its last picture.</summary>
internal static class Trial
{
    private const double Tolerance = 1e-6; // clocks tick

    /// <returns>The mean latency in seconds.</returns>
    /// <param name="device">Its clock is at the trial's start.</param>
    /// <param name="requests">In order of arrival.</param>
    /// <param name="contend">Makes the contender, which tells what is done.</param>
    public static double Run(TrialDevice device, IReadOnlyList<WorkRequest> requests, Func<TrialDevice, Action<WorkRequest>, IContender> contend)
    {
        var (latency, finished, next) = (0.0, 0, 0);
        var contender = contend(device, request =>
        {
            latency += device.Clock.Now - request.Arrival;
            finished++;
        });
        while (finished < requests.Count)
        {
            for (; next < requests.Count && requests[next].Arrival <= device.Clock.Now + Tolerance; next++)
            {
                contender.Submit(requests[next]);
            }

            if (!contender.Work())
            {
                device.Clock.SkipTo(Math.Min(contender.Due, next < requests.Count ? requests[next].Arrival : double.PositiveInfinity));
            }
        }

        return latency / requests.Count;
    }
}
