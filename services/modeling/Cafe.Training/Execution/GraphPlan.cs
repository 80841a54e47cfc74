using Cafe.Modeling.Graphs;
using Cafe.Training.Execution.Operators;

namespace Cafe.Training.Execution;

/// <summary>
/// A graph as a list of libtorch calls over numbered slots: only what the wanted outputs need, pairs of nodes that libtorch does in one call joined, and every intermediate
/// released after its last reader.
/// </summary>
internal sealed class GraphPlan
{
    private readonly Dictionary<Value, int> slots = [];
    private readonly HashSet<int> initializers;

    /// <param name="outputs">The values to compute: the graph's outputs, or any value inside.</param>
    public GraphPlan(Graph graph, IReadOnlyList<Value> outputs)
    {
        var kept = Needed(graph, outputs);
        var calls = NodeFusion.Apply(graph, kept, outputs);
        foreach (var value in graph.Inputs.Select(i => i.Value).Concat(graph.Initializers.Select(i => i.Value)))
        {
            slots[value] = slots.Count;
        }

        var fixedSlots = slots.Count;
        initializers = [.. graph.Initializers.Select(i => slots[i.Value])];
        foreach (var value in calls.SelectMany(c => c.Outputs))
        {
            slots[value] = slots.Count;
        }

        Steps = [.. calls.Select(c => ToStep(graph, c))];
        OutputSlots = [.. outputs.Select(o => slots[o])];
        AddReleases(fixedSlots);
    }

    public IReadOnlyList<PlanStep> Steps { get; private set; }

    public IReadOnlyList<int> OutputSlots { get; }

    public int SlotCount => slots.Count;

    public int SlotOf(Value value) => slots[value];

    /// <summary>Whether any step reads the value, or it is an output itself.</summary>
    public bool Reads(Value value) =>
        slots.TryGetValue(value, out var slot) && (OutputSlots.Contains(slot) || Steps.Any(s => s.Inputs.Contains(slot)));

    /// <summary>The steps from <paramref name="start"/> to <paramref name="end"/> (exclusive) as one.</summary>
    public RecomputedBlock Block(int start, int end)
    {
        var steps = Steps.Skip(start).Take(end - start).ToArray();
        var made = steps.SelectMany(s => s.Outputs).ToHashSet();
        var later = Steps.Skip(end).SelectMany(s => s.Inputs).Concat(OutputSlots).ToHashSet();
        int[] inputs = [.. steps.SelectMany(s => s.Inputs).Where(slot => slot >= 0 && !made.Contains(slot) && !initializers.Contains(slot)).Distinct()];
        var released = steps.SelectMany(s => s.Release).ToHashSet();
        return new RecomputedBlock(steps, inputs, [.. made.Where(later.Contains)], [.. inputs.Where(released.Contains)]);
    }

    private static List<Node> Needed(Graph graph, IReadOnlyList<Value> outputs)
    {
        var wanted = outputs.ToHashSet();
        var kept = new List<Node>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (node.Outputs.Any(wanted.Contains))
            {
                kept.Add(node);
                wanted.UnionWith(node.Inputs.OfType<Value>());
            }
        }

        kept.Reverse();
        return kept;
    }

    private PlanStep ToStep(Graph graph, FusedCall call)
    {
        var constants = new Dictionary<int, long[]>();
        for (var i = 0; i < call.Inputs.Count; i++)
        {
            var initializer = call.Inputs[i] is { } value ? graph.Initializers.FirstOrDefault(x => x.Value == value) : null;
            if (initializer?.Data is { } data && initializer.Type == Modeling.Checkpoints.TensorType.Int64)
            {
                constants.Add(i, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(data).ToArray());
            }
        }

        var node = call.Node with { Inputs = call.Inputs, Outputs = call.Outputs };
        return new PlanStep(
            call.Run,
            new NodeCall(node, constants),
            [.. call.Inputs.Select(v => v is null ? -1 : slots[v])],
            [.. call.Outputs.Select(v => slots[v])],
            [],
            node.Scope);
    }

    private void AddReleases(int fixedSlots)
    {
        var seen = OutputSlots.ToHashSet();
        var steps = Steps.ToArray();
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            // An output that no one reads is released by the step that makes it.
            int[] last = [.. steps[i].Inputs.Concat(steps[i].Outputs).Distinct().Where(slot => slot >= fixedSlots && seen.Add(slot))];
            steps[i] = steps[i] with { Release = last };
        }

        Steps = steps;
    }
}
