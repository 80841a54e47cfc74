using Cafe.Gateway.Access;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using System.Diagnostics.Metrics;

namespace Cafe.Gateway.Tests.Access;

public sealed class AdmissionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Admission _admission;

    public AdmissionTests() => _admission = new Admission(
        Options.Create(new GatewayOptions()), new GatewayMetrics(new CafeMetrics(_services.GetRequiredService<IMeterFactory>())), _time);

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Enter_CallersComeAndGo_OnlyThoseWhoMatterAreRemembered()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _admission.Enter(Caller($"token-{i}", perMinute: 60), Priority.Interactive).Dispose();
        }

        _time.Advance(TimeSpan.FromMinutes(1.1));
        _admission.Enter(Caller("another", perMinute: 60), Priority.Interactive);

        Assert.Equal(1, _admission.Callers);
    }

    [Fact]
    public void Enter_CallerStillRuns_KeepsItsSharesOfTheBound()
    {
        var running = _admission.Enter(Caller("busy", atOnce: 1), Priority.Interactive);
        _time.Advance(TimeSpan.FromHours(1));
        _admission.Enter(Caller("another"), Priority.Interactive).Dispose();

        Assert.Throws<OverloadedException>(() => _admission.Enter(Caller("busy", atOnce: 1), Priority.Interactive));
        running.Dispose();
        _admission.Enter(Caller("busy", atOnce: 1), Priority.Interactive);
    }

    [Fact]
    public void Enter_CallersRateIsUsedUp_IsNotForgivenByTheSweep()
    {
        // Half a generation a minute: used up, it takes two minutes to come again.
        _admission.Enter(Caller("eager", perMinute: 0.5), Priority.Interactive).Dispose();
        _time.Advance(TimeSpan.FromMinutes(1.5));
        _admission.Enter(Caller("another"), Priority.Interactive).Dispose();

        Assert.Throws<OverloadedException>(() => _admission.Enter(Caller("eager", perMinute: 0.5), Priority.Interactive));
        _time.Advance(TimeSpan.FromMinutes(0.6));
        _admission.Enter(Caller("eager", perMinute: 0.5), Priority.Interactive);
    }

    private static Caller Caller(string id, double perMinute = 0, int atOnce = 0) => new(id, new CallerLimits { RequestsPerMinute = perMinute, MaxConcurrent = atOnce });
}
