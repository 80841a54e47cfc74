using Cafe.Testing.Processes;

[assembly: AssemblyFixture(typeof(TinyPack))]

namespace Cafe.Cluster.Processes;

/// <summary>Tests that start a whole cluster of processes: one at a time, with nothing beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessTests
{
    public const string Name = "processes";
}
