using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>Pictures (<c>x</c>) to all tokens (<c>y</c>).</summary>
internal sealed class VitCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["vit-"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        var graph = Vit.Build(VitConfig.From(golden.Config()), variant.Options);
        using var session = variant.Open(graph, WeightBinding.Bind(golden.Weights(), [graph], Vit.Ignored));
        var outputs = session.Run(new Dictionary<string, HostTensor> { ["pixel_values"] = golden.Tensor("x") });
        yield return Comparison.Of("y", outputs["last_hidden_state"], golden.Tensor("y"));
    }
}
