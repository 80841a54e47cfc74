namespace Cafe.Scheduling.Fairness;

/// <summary>
/// Service received by each tenant, in seconds, as virtual time: a tenant that comes back after a pause starts where the
/// least served present one stands, so that idling earns no claim. Not thread-safe.
/// </summary>
public sealed class TenantShares
{
    private readonly Dictionary<string, (double Served, int Present)> _tenants = new(StringComparer.Ordinal);
    private double _floor;

    /// <summary>Tenants with waiting or running work.</summary>
    public int Count => _tenants.Count;

    /// <summary>One more request of the tenant is present.</summary>
    public void Enter(string tenant)
    {
        if (_tenants.TryGetValue(tenant, out var entry))
        {
            _tenants[tenant] = (entry.Served, entry.Present + 1);
            return;
        }

        RaiseFloor();
        _tenants[tenant] = (_floor, 1);
    }

    /// <summary>One request of the tenant left. The last one takes the tenant's account with it.</summary>
    public void Leave(string tenant)
    {
        if (!_tenants.TryGetValue(tenant, out var entry))
        {
            throw new InvalidOperationException($"Tenant '{tenant}' has no request here.");
        }

        if (entry.Present > 1)
        {
            _tenants[tenant] = (entry.Served, entry.Present - 1);
            return;
        }

        RaiseFloor();
        _tenants.Remove(tenant);
    }

    /// <summary>The tenant received service; negative corrects an estimate charged earlier. Ignored once it is gone.</summary>
    public void Charge(string tenant, double seconds)
    {
        if (_tenants.TryGetValue(tenant, out var entry))
        {
            _tenants[tenant] = (entry.Served + seconds, entry.Present);
        }
    }

    /// <summary>Seconds of service above the least served present tenant, at least 0.</summary>
    public double Lead(string tenant) =>
        _tenants.TryGetValue(tenant, out var entry) ? Math.Max(0, entry.Served - Least()) : 0;

    private double Least()
    {
        var least = double.PositiveInfinity;
        foreach (var (served, _) in _tenants.Values)
        {
            least = Math.Min(least, served);
        }

        return least;
    }

    // The floor never falls: a newcomer after everyone left starts level with the last ones.
    private void RaiseFloor()
    {
        if (_tenants.Count > 0)
        {
            _floor = Math.Max(_floor, Least());
        }
    }
}
