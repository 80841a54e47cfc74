namespace Cafe.Modeling.Graphs;

/// <summary>One operator call.</summary>
/// <param name="Name">Unique in the graph; follows the module path, as in <c>/encoder/layer.0/norm1/LayerNormalization</c>.</param>
/// <param name="Scope">The module path with dots, as checkpoints write it (<c>encoder.layer.0.norm1</c>): blocks are found by its prefix.</param>
/// <param name="OpType">The operator's name in its domain.</param>
/// <param name="Domain">Empty for standard operators, <see cref="Microsoft"/> for ONNX Runtime's own.</param>
/// <param name="Inputs">In the operator's order; null where an optional input is left out.</param>
/// <param name="Outputs">In the operator's order.</param>
/// <param name="Attributes">By name; those left out have the operator's defaults.</param>
public sealed record Node(
    string Name,
    string Scope,
    string OpType,
    string Domain,
    IReadOnlyList<Value?> Inputs,
    IReadOnlyList<Value> Outputs,
    IReadOnlyDictionary<string, NodeAttribute> Attributes)
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    public long Int(string name, long otherwise) => Attributes.TryGetValue(name, out var value) ? value.AsInt() : otherwise;

    public float Float(string name, float otherwise) => Attributes.TryGetValue(name, out var value) ? value.AsFloat() : otherwise;

    public string String(string name, string otherwise) => Attributes.TryGetValue(name, out var value) ? value.AsString() : otherwise;

    public IReadOnlyList<long> Ints(string name, params long[] otherwise) => Attributes.TryGetValue(name, out var value) ? value.AsInts() : otherwise;
}
