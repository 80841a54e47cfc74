using Cafe.Modeling.Graphs;

namespace Cafe.Training.Execution;

/// <summary>A tensor that a model is made of.</summary>
/// <param name="Name">As the checkpoint publishes it.</param>
/// <param name="Shape">As the checkpoint has it.</param>
/// <param name="Trainable">False keeps it as it is: no gradient, no optimiser state.</param>
public sealed record ParameterSpec(string Name, IReadOnlyList<long> Shape, bool Trainable = true)
{
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);

    /// <summary>The published weights of some graphs, each once.</summary>
    /// <exception cref="InvalidOperationException">Two graphs give one name different shapes.</exception>
    public static IReadOnlyList<ParameterSpec> Of(IEnumerable<Graph> graphs, Func<string, bool>? trainable = null)
    {
        var specs = new Dictionary<string, ParameterSpec>();
        foreach (var (name, shape) in graphs.SelectMany(g => g.PublishedWeights))
        {
            if (!specs.TryGetValue(name, out var known))
            {
                specs.Add(name, new ParameterSpec(name, shape, trainable?.Invoke(name) ?? true));
            }
            else if (!known.Shape.SequenceEqual(shape))
            {
                throw new InvalidOperationException($"'{name}' is [{string.Join(", ", known.Shape)}] in one graph and [{string.Join(", ", shape)}] in another.");
            }
        }

        return [.. specs.Values];
    }
}
