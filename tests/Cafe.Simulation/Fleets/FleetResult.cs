namespace Cafe.Simulation.Fleets;

/// <summary>What a pool did with a day's requests.</summary>
/// <param name="Arrived">Requests.</param>
/// <param name="Rejected">Of them, refused by three pods or displaced.</param>
/// <param name="Finished">Of them.</param>
/// <param name="Waits">Seconds until each one's work began, in ascending order.</param>
/// <param name="PodHours">From each pod's creation to its end: GPU hours, with a GPU a pod.</param>
/// <param name="MostPods">At any time.</param>
/// <param name="Pods">Pods over time: seconds and number, at each look.</param>
public sealed record FleetResult(int Arrived, int Rejected, int Finished, IReadOnlyList<double> Waits, double PodHours, int MostPods, IReadOnlyList<(double At, int Pods)> Pods)
{
    /// <summary>Share of the requests that were refused.</summary>
    public double RejectedShare => Arrived == 0 ? 0 : Rejected / (double)Arrived;

    /// <summary>The wait that a share of the requests did not exceed, in seconds.</summary>
    public double Wait(double share) => Waits.Count == 0 ? 0 : Waits[(int)Math.Min(Waits.Count - 1, share * Waits.Count)];
}
