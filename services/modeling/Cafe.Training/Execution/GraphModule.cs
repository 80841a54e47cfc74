using Cafe.Modeling.Graphs;
using Cafe.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution;

/// <summary>
/// A graph as a TorchSharp module: the very nodes that are served, each one libtorch call, with autograd through all of them. Its weights are the graph's weights under
/// their published names, held by a <see cref="ParameterSet"/> that several graphs may share.
/// </summary>
public sealed class GraphModule : nn.Module
{
    private readonly ParameterSet weights;
    private readonly GraphPlan plan;
    private readonly Tensor?[] fixedSlots;
    private readonly List<Tensor> constants = [];
    private readonly HashSet<Value> pictures;
    private readonly IReadOnlyList<object> stages;
    private readonly Tensor link;
    private readonly string[] outputNames;

    /// <param name="graph">Lowered to <see cref="GraphTarget.Standard"/> in fp32.</param>
    /// <param name="weights">Has every weight that the outputs need.</param>
    /// <param name="blocks">Names the block that a module path is in, or null: activations inside a block are not kept but computed again in the backward pass
    /// (<see cref="GraphBlocks"/>). By default everything is kept.</param>
    /// <param name="outputs">Names of the values to compute: outputs of the graph by default; any value inside may be named, too.</param>
    /// <exception cref="NotSupportedException">An operator is for serving only.</exception>
    public GraphModule(Graph graph, ParameterSet weights, Func<string, string?>? blocks = null, params IReadOnlyList<string> outputs)
        : base(graph.Name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Graph = graph;
        this.weights = weights;
        outputNames = [.. outputs.Count > 0 ? outputs : graph.Outputs.Select(o => o.Name)];
        plan = new GraphPlan(graph, [.. outputNames.Select(FindValue)]);
        fixedSlots = new Tensor?[plan.SlotCount];
        foreach (var initializer in graph.Initializers.Where(i => plan.Reads(i.Value)))
        {
            fixedSlots[plan.SlotOf(initializer.Value)] = Bind(initializer);
        }

        pictures = weights.ChannelsLast ? [.. graph.Nodes.Where(n => n.OpType == "Conv").Select(n => n.Inputs[0]!)] : [];
        stages = blocks is null ? [] : Divide(plan, blocks);
        link = torch.zeros(1, device: weights.Device, requires_grad: true).DetachFromDisposeScope();
        InputNames = [.. graph.Inputs.Where(i => plan.Reads(i.Value)).Select(i => i.Name)];
    }

    public Graph Graph { get; }

    /// <summary>The inputs that the outputs need.</summary>
    public IReadOnlyList<string> InputNames { get; }

    /// <summary>Runs the graph. Whatever is made on the way is released as soon as neither a later node nor autograd needs it.</summary>
    /// <param name="inputs">One tensor for each of <see cref="InputNames"/>; others are not looked at. They stay the caller's.</param>
    /// <returns>The outputs by name; the caller's, or those of the caller's dispose scope.</returns>
    public IReadOnlyDictionary<string, Tensor> Forward(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = torch.NewDisposeScope();
        var slots = (Tensor?[])fixedSlots.Clone();
        foreach (var input in Graph.Inputs.Where(i => InputNames.Contains(i.Name)))
        {
            var tensor = inputs.TryGetValue(input.Name, out var given) ? given : throw new ArgumentException($"Graph '{Graph.Name}' needs the input '{input.Name}'.", nameof(inputs));
            slots[plan.SlotOf(input.Value)] = pictures.Contains(input.Value) ? ChannelsInnermost(tensor) : tensor;
        }

        if (stages.Count > 0 && torch.is_grad_enabled())
        {
            RunStages(slots);
        }
        else
        {
            foreach (var step in plan.Steps)
            {
                Run(step, slots);
            }
        }

        var results = new Dictionary<string, Tensor>();
        for (var i = 0; i < outputNames.Length; i++)
        {
            results[outputNames[i]] = slots[plan.OutputSlots[i]]!.alias().MoveToOuterDisposeScope();
        }

        return results;
    }

    /// <summary>Runs a graph of one output.</summary>
    public Tensor Forward(params (string Name, Tensor Tensor)[] inputs) => Forward(inputs.ToDictionary(i => i.Name, i => i.Tensor)).Values.Single();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            constants.ForEach(c => c.Dispose());
            link.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <param name="kept">Slots that the caller still reads, whatever the step would release.</param>
    internal static void Run(PlanStep step, Tensor?[] slots, int[]? kept = null)
    {
        var inputs = new Tensor?[step.Inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = step.Inputs[i] < 0 ? null : slots[step.Inputs[i]];
        }

        var results = step.Run(step.Call, inputs);
        for (var i = 0; i < step.Outputs.Length; i++)
        {
            slots[step.Outputs[i]] = results[i];
        }

        foreach (var slot in step.Release)
        {
            if (kept is null || !kept.Contains(slot))
            {
                slots[slot]!.Dispose();
                slots[slot] = null;
            }
        }
    }

    // Consecutive steps of one block become one stage, which runs them again later.
    private static List<object> Divide(GraphPlan plan, Func<string, string?> blocks)
    {
        var divided = new List<object>();
        for (var i = 0; i < plan.Steps.Count;)
        {
            var block = blocks(plan.Steps[i].Scope);
            var end = i + 1;
            while (block is not null && end < plan.Steps.Count && blocks(plan.Steps[end].Scope) == block)
            {
                end++;
            }

            divided.Add(block is null ? plan.Steps[i] : plan.Block(i, end));
            i = end;
        }

        return divided;
    }

    private void RunStages(Tensor?[] slots)
    {
        foreach (var stage in stages)
        {
            if (stage is PlanStep step)
            {
                Run(step, slots);
                continue;
            }

            var block = (RecomputedBlock)stage;
            block.Forward(slots, fixedSlots, link);
            foreach (var slot in block.Released)
            {
                slots[slot]!.Dispose();
                slots[slot] = null;
            }
        }
    }

    private Value FindValue(string name) =>
        Graph.Nodes.SelectMany(n => n.Outputs).Concat(Graph.Inputs.Select(i => i.Value)).FirstOrDefault(v => v.Name == name)
        ?? throw new ArgumentException($"Graph '{Graph.Name}' has no value '{name}'.");

    private Tensor Bind(Initializer initializer)
    {
        if (initializer.PublishedName is { } published)
        {
            var parameter = weights[published];
            if (!has_parameter(published))
            {
                register_parameter(published, parameter);
            }

            // Products with a transposed weight take the published form (see NodeFusion).
            if (initializer.Transform == WeightTransform.None || initializer.Transform == WeightTransform.Transpose)
            {
                return parameter;
            }

            // A derived form, as position embeddings at another size are: made once, so only of what does not change.
            return parameter.requires_grad
                ? throw new NotSupportedException($"'{initializer.Name}' is a derived form of '{published}' that can't be trained: build the graph at the trained size.")
                : Keep(initializer.Transform.Apply(parameter.ToSource(published)));
        }

        return Keep(new MemoryTensor(initializer.Name, initializer.Type, [.. initializer.Shape], initializer.Data));
    }

    private Tensor Keep(TensorSource source)
    {
        using var host = source.ToTensor();
        var constant = host.to(weights.Device, copy: true).DetachFromDisposeScope();
        constants.Add(constant);
        return constant;
    }

    // The same tensor with its channels innermost in memory: convolutions and group norms then keep it so.
    private static Tensor ChannelsInnermost(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
