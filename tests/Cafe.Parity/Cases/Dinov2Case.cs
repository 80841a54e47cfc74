using System.Globalization;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>Pictures of several sizes (<c>x_{H}x{W}</c>) to all tokens (<c>y_{H}x{W}</c>).</summary>
internal sealed class Dinov2Case : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["dinov2-"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        var config = Dinov2Config.From(golden.Config());
        var weights = golden.Weights();
        foreach (var name in golden.Names("x_"))
        {
            var size = name[2..];
            var sides = size.Split('x').Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToArray();
            var graph = Dinov2.Build(config, sides[0], sides[1], variant.Options);
            using var session = variant.Open(graph, WeightBinding.Bind(weights, [graph], Dinov2.Ignored));
            var outputs = session.Run(new Dictionary<string, HostTensor> { ["pixel_values"] = golden.Tensor(name) });
            yield return Comparison.Of($"y_{size}", outputs["last_hidden_state"], golden.Tensor($"y_{size}"));
        }
    }
}
