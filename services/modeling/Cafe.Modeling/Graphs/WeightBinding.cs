using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>The checkpoint's tensors for the graphs made from it.</summary>
public static class WeightBinding
{
    /// <summary>Holds a checkpoint and its graphs to each other: every weight of the graphs must be there in its shape, and every tensor must be a weight of some graph.</summary>
    /// <param name="graphs">All graphs that are made from the checkpoint, together.</param>
    /// <param name="ignored">Regular expressions of names that may be there unused.</param>
    /// <returns>What <see cref="GraphWriter"/> reads weights through.</returns>
    /// <exception cref="CheckpointException">Tensors are missing, mis-shaped or unexpected: all of them, by name.</exception>
    public static Func<string, TensorSource> Bind(Checkpoint checkpoint, IEnumerable<Graph> graphs, IReadOnlyList<string> ignored)
    {
        var strict = new StrictWeights(checkpoint, ignored);
        var sources = new Dictionary<string, TensorSource>();
        foreach (var (name, shape) in graphs.SelectMany(g => g.PublishedWeights))
        {
            if (!sources.ContainsKey(name))
            {
                sources[name] = strict.Take(name, [.. shape]);
            }
        }

        strict.Complete();
        return name => sources[name];
    }
}
