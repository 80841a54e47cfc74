using Cafe.ServiceDefaults.Circuits;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.ServiceDefaults.Tests.Circuits;

public sealed class FailureCircuitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Failure_EnoughInARow_OpensOnce()
    {
        var circuit = new FailureCircuit(failuresToOpen: 3, open: false, _time);

        Assert.False(Fail(circuit));
        Assert.False(Fail(circuit));
        Assert.True(Fail(circuit));
        Assert.True(circuit.IsOpen);
        Assert.False(Fail(circuit));
    }

    [Fact]
    public void Failure_ManyOperationsOfOneStall_CountOnce()
    {
        var circuit = new FailureCircuit(failuresToOpen: 2, open: false, _time);
        var started = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(50));

        for (var i = 0; i < 10; i++)
        {
            Assert.False(circuit.Failure(started));
        }

        Assert.False(circuit.IsOpen);
        Assert.True(Fail(circuit));
    }

    [Fact]
    public void Success_BetweenFailures_StartsTheCountAnew()
    {
        var circuit = new FailureCircuit(failuresToOpen: 2, open: false, _time);

        Fail(circuit);
        circuit.Success();

        Assert.False(Fail(circuit));
        Assert.False(circuit.IsOpen);
    }

    [Fact]
    public void Close_WhileOpen_LetsThrough()
    {
        var circuit = new FailureCircuit(failuresToOpen: 1, open: true, _time);

        circuit.Close();

        Assert.False(circuit.IsOpen);
    }

    // One operation that begins now and is late.
    private bool Fail(FailureCircuit circuit)
    {
        var started = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(50));
        return circuit.Failure(started);
    }
}
