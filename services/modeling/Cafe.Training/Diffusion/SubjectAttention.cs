using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;

namespace Cafe.Training.Diffusion;

/// <summary>The queries and subject keys of a UNet's cross-attention layers, found in its graph by module path, so that their attention can be looked at.</summary>
/// <param name="Query">Name of [B, heads, cells, d].</param>
/// <param name="Key">Name of [B, heads, tokens, d].</param>
public sealed record SubjectAttention(string Query, string Key)
{
    /// <exception cref="InvalidOperationException">A layer has no attention whose keys come from its to_k_subject.</exception>
    public static IReadOnlyList<SubjectAttention> Find(Graph graph, UNetConfig config)
    {
        var makers = graph.Nodes.SelectMany(n => n.Outputs.Select(o => (o, n))).ToDictionary(p => p.o, p => p.n);
        return [.. UNet.CrossAttentions(config).Select(layer =>
        {
            var node = graph.Nodes.SingleOrDefault(n => n.OpType == "Attention" && n.Scope == layer.Path && ComesFrom(n.Inputs[1]!, $"{layer.Path}.to_k_subject"))
                ?? throw new InvalidOperationException($"'{layer.Path}' has no attention to the subject.");
            return new SubjectAttention(node.Inputs[0]!.Name, node.Inputs[1]!.Name);
        })];

        bool ComesFrom(Value value, string scope) => makers.TryGetValue(value, out var maker) && (maker.Scope == scope || maker.Inputs.Any(i => i is not null && ComesFrom(i, scope)));
    }
}
