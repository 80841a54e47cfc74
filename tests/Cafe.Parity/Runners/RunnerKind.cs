namespace Cafe.Parity.Runners;

/// <summary>What executes a graph.</summary>
internal enum RunnerKind
{
    OnnxRuntime,
    Torch,
}
