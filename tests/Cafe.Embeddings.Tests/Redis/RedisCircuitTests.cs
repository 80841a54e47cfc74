using Cafe.Embeddings.Redis;

namespace Cafe.Embeddings.Tests.Redis;

public sealed class RedisCircuitTests
{
    [Fact]
    public void Failure_EnoughInARow_OpensOnce()
    {
        var circuit = new RedisCircuit(failuresToOpen: 3, open: false);

        Assert.False(circuit.Failure());
        Assert.False(circuit.Failure());
        Assert.True(circuit.Failure());
        Assert.True(circuit.IsOpen);
        Assert.False(circuit.Failure());
    }

    [Fact]
    public void Success_BetweenFailures_StartsTheCountAnew()
    {
        var circuit = new RedisCircuit(failuresToOpen: 2, open: false);

        circuit.Failure();
        circuit.Success();

        Assert.False(circuit.Failure());
        Assert.False(circuit.IsOpen);
    }

    [Fact]
    public void Close_WhileOpen_LetsThrough()
    {
        var circuit = new RedisCircuit(failuresToOpen: 1, open: true);

        circuit.Close();

        Assert.False(circuit.IsOpen);
    }
}
