using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// Hands out a checkpoint's tensors to the graph that asks for them, and holds both to each other: at the end every tensor asked for must
/// have been there with its shape, and every tensor that is there must have been asked for.
/// </summary>
/// <param name="ignored">Regular expressions of names that may be there unused, such as <see cref="IgnoredNames.Buffers"/>.</param>
public sealed class StrictWeights(Checkpoint checkpoint, params IReadOnlyList<string> ignored)
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly List<string> faults = [];

    /// <summary>True where the checkpoint has the tensor. Asking doesn't take it.</summary>
    public bool Has(string name) => checkpoint.TryGet(name, out _);

    /// <summary>
    /// The tensor of that name. Where it is missing or has another shape, an empty stand-in that fails when read, so that one pass finds
    /// every fault; <see cref="Complete"/> then lists them.
    /// </summary>
    public TensorSource Take(string name, params ImmutableArray<long> shape)
    {
        taken.Add(name);
        if (!checkpoint.TryGet(name, out var tensor))
        {
            faults.Add($"missing: {name} [{string.Join(", ", shape)}]");
            return new AbsentTensor(name, shape);
        }

        if (!tensor.Shape.SequenceEqual(shape))
        {
            faults.Add($"mis-shaped: {name} is [{string.Join(", ", tensor.Shape)}], should be [{string.Join(", ", shape)}]");
            return new AbsentTensor(name, shape);
        }

        return tensor;
    }

    /// <summary>The tensor of that name, whatever its shape, for widths that only the weights tell.</summary>
    /// <exception cref="CheckpointException">It is missing.</exception>
    public TensorSource TakeAny(string name)
    {
        var tensor = checkpoint[name];
        taken.Add(name);
        return tensor;
    }

    /// <exception cref="CheckpointException">Tensors are missing, mis-shaped or unexpected: all of them, by name.</exception>
    public void Complete()
    {
        var unexpected = checkpoint.Tensors
            .Where(tensor => !taken.Contains(tensor.Name) && !IgnoredNames.Matches(ignored, tensor.Name))
            .Select(tensor => $"unexpected: {tensor.Name} [{string.Join(", ", tensor.Shape)}]");
        List<string> all = [.. faults, .. unexpected];
        if (all.Count > 0)
        {
            throw new CheckpointException($"{checkpoint.Name} doesn't fit its configuration:\n{string.Join('\n', all)}");
        }
    }

    private sealed class AbsentTensor(string name, ImmutableArray<long> shape) : TensorSource(name, TensorType.Float32, shape)
    {
        protected override void ReadCore(long start, Span<byte> destination) =>
            throw new CheckpointException($"Tensor '{Name}' is missing or mis-shaped, so it can't be read.");
    }
}
