namespace Cafe.Imaging.Tests.Decoding;

/// <summary>Tests that measure the process's memory: nothing else may run in it meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    public const string Name = "alone in the process";
}
