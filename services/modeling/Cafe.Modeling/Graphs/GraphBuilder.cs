using System.Buffers.Binary;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>
/// Collects nodes and weights while an architecture's forward is written out. Layers are made through <see cref="Scope"/>; this class holds what is global to a graph: inputs,
/// outputs, constants, and unique names.
/// </summary>
public sealed class GraphBuilder
{
    private readonly string name;
    private readonly List<GraphPort> inputs = [];
    private readonly List<GraphPort> outputs = [];
    private readonly List<Node> nodes = [];
    private readonly List<Initializer> initializers = [];
    private readonly Dictionary<string, Initializer> byName = [];
    private readonly Dictionary<string, Value> casts = [];
    private readonly HashSet<string> names = [];

    public GraphBuilder(string name, GraphOptions? options = null)
    {
        this.name = name;
        Options = options ?? new GraphOptions();
    }

    public GraphOptions Options { get; }

    /// <summary>The type that layers compute in.</summary>
    public TensorType Compute => Options.Compute;

    /// <summary>The module path's root.</summary>
    public Scope Root => new(this, "");

    public Value Input(string name, TensorType type, params Dim[] shape)
    {
        var value = new Value(Unique(name, exact: true), type);
        inputs.Add(new GraphPort(value, shape));
        return value;
    }

    /// <summary>A float32 input, cast to the type that is computed in.</summary>
    public Value Input(string name, params Dim[] shape) => Root.Cast(Input(name, TensorType.Float32, shape), Compute);

    /// <summary>Names a value as an output, in the given type.</summary>
    public void Output(string name, Value value, TensorType type, params Dim[] shape)
    {
        var cast = value.Type != type;
        var output = new Value(Unique(name, exact: true), type);
        Add("/" + name, "", cast ? "Cast" : "Identity", "", [value], [output], cast ? new() { ["to"] = OnnxTypes.Number(type) } : []);
        outputs.Add(new GraphPort(output, shape));
    }

    /// <summary>Names a value as an output, cast to float32.</summary>
    public void Output(string name, Value value, params Dim[] shape) => Output(name, value, TensorType.Float32, shape);

    public Graph Build()
    {
        FoldIdentities();
        return new Graph(name, Options, inputs, outputs, nodes, initializers);
    }

    /// <summary>A weight in its published form and shape, of the type that is computed in; asking twice gives the same value.</summary>
    /// <param name="publishedName">As the checkpoint has it.</param>
    /// <param name="shape">In the checkpoint.</param>
    public Value Weight(string publishedName, params long[] shape) => Weight(publishedName, shape, shape, WeightTransform.None, Options.Storage, Compute);

    /// <summary>A weight that is transformed on its way into the graph.</summary>
    /// <param name="shape">In the graph, after <paramref name="transform"/>.</param>
    /// <param name="storage">The type in the graph's file.</param>
    /// <param name="compute">The type that nodes see; a Cast is put between where the two differ.</param>
    public Value Weight(string publishedName, IReadOnlyList<long> publishedShape, IReadOnlyList<long> shape, WeightTransform transform, TensorType storage, TensorType compute)
    {
        var key = publishedName + transform.Suffix;
        if (!byName.TryGetValue(key, out var initializer))
        {
            initializer = new Initializer(new Value(Unique(key, exact: true), storage), shape, publishedName, publishedShape, transform);
            Keep(initializer);
        }
        else if (!initializer.Shape.SequenceEqual(shape) || initializer.Type != storage)
        {
            throw new InvalidOperationException($"Weight '{key}' is used as {initializer.Type} [{string.Join(", ", initializer.Shape)}] and as {storage} [{string.Join(", ", shape)}].");
        }

        if (storage == compute)
        {
            return initializer.Value;
        }

        var castKey = $"{key}:{compute}";
        return casts.TryGetValue(castKey, out var cast) ? cast : casts[castKey] = Root[publishedName].Cast(initializer.Value, compute);
    }

    /// <summary>A vector of integers, as shapes, axes and indices are given.</summary>
    public Value Constant(params long[] values) => Constant($"int64[{string.Join(",", values)}]", TensorType.Int64, [values.Length], Bytes(values));

    /// <summary>A single integer without dimensions.</summary>
    public Value Scalar(long value) => Constant($"int64({value})", TensorType.Int64, [], Bytes([value]));

    /// <summary>A number without dimensions, in <paramref name="type"/> (by default, the type that is computed in).</summary>
    public Value Scalar(float value, TensorType? type = null) => Constant([], [value], type);

    /// <summary>A small tensor of numbers, in <paramref name="type"/> (by default, the type that is computed in).</summary>
    public Value Constant(long[] shape, ReadOnlySpan<float> values, TensorType? type = null)
    {
        var target = type ?? Compute;
        var bytes = new byte[values.Length * target.Size()];
        MemoryTensor.FromFloats("constant", [.. shape], values).Cast(target).Read(0, bytes);
        var label = values.Length == 1 ? FormattableString.Invariant($"{target}({values[0]:R})") : $"{target}:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..16]}";
        return Constant($"{label}[{string.Join(",", shape)}]", target, shape, bytes);
    }

    internal Value[] Add(string nodeName, string scope, string op, string domain, IReadOnlyList<Value?> inputs, IReadOnlyList<TensorType> types, Dictionary<string, NodeAttribute> attributes)
    {
        var unique = Unique(nodeName, exact: false);
        var values = types.Select((type, i) => new Value($"{unique}/output_{i}", type)).ToArray();
        nodes.Add(new Node(unique, scope, op, domain, inputs, values, attributes));
        return values;
    }

    private void Add(string nodeName, string scope, string op, string domain, IReadOnlyList<Value?> inputs, IReadOnlyList<Value> outputs, Dictionary<string, NodeAttribute> attributes) =>
        nodes.Add(new Node(Unique(nodeName, exact: false), scope, op, domain, inputs, outputs, attributes));

    private Value Constant(string key, TensorType type, long[] shape, byte[] bytes)
    {
        if (!byName.TryGetValue(key, out var constant))
        {
            constant = new Initializer(new Value(Unique(key, exact: true), type), shape, bytes);
            Keep(constant);
        }

        return constant.Value;
    }

    private void Keep(Initializer initializer)
    {
        initializers.Add(initializer);
        byName.Add(initializer.Name, initializer);
    }

    // An output is the value that its node makes, under the output's name; only a value that has two names, or comes from no node, needs an Identity.
    private void FoldIdentities()
    {
        foreach (var identity in nodes.Where(n => n.OpType == "Identity" && outputs.Any(o => o.Value == n.Outputs[0])).ToArray())
        {
            var source = identity.Inputs[0]!;
            var index = nodes.FindIndex(n => n.Outputs.Contains(source));
            if (index < 0 || outputs.Any(o => o.Value == source))
            {
                continue;
            }

            nodes.Remove(identity);
            for (var i = 0; i < nodes.Count; i++)
            {
                var node = nodes[i];
                if (node.Inputs.Contains(source) || node.Outputs.Contains(source))
                {
                    nodes[i] = node with
                    {
                        Inputs = [.. node.Inputs.Select(v => v == source ? identity.Outputs[0] : v)],
                        Outputs = [.. node.Outputs.Select(v => v == source ? identity.Outputs[0] : v)],
                    };
                }
            }
        }
    }

    private string Unique(string wanted, bool exact)
    {
        if (names.Add(wanted))
        {
            return wanted;
        }

        if (exact)
        {
            throw new InvalidOperationException($"Graph '{name}' has two values named '{wanted}'.");
        }

        for (var i = 1; ; i++)
        {
            if (names.Add($"{wanted}_{i}"))
            {
                return $"{wanted}_{i}";
            }
        }
    }

    private static byte[] Bytes(long[] values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        }

        return bytes;
    }
}
