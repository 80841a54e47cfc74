using static TorchSharp.torch;

namespace Cafe.Training.Execution.Operators;

/// <summary>
/// Runs a node. Every tensor it returns is a handle of its own, also where the value is an input's (a view): handles are disposed after their last reader.
/// Whatever else it makes on the way, it disposes.
/// </summary>
internal delegate Tensor[] Operator(NodeCall call, Tensor?[] inputs);
