using System.Globalization;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>CAFE's UNet, each row at its own timestep: subject strength 1 and others, another latent size, and null conditions.</summary>
internal sealed class UNetCase : ICaseKind
{
    // y_s05 is the output at strength 0.5.
    private const string Strength = "y_s";

    public IReadOnlyList<string> Prefixes => ["unet-"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        using var graphs = new UNetGraphs(golden.Config(), golden.Weights(), variant);
        var (x, semantic, subject) = (golden.Tensor("x"), golden.Tensor("semantic"), golden.Tensor("subject"));
        var timesteps = golden.Tensor("t").Longs().Select(t => (float)t).ToArray();

        var both = graphs.Condition(semantic, subject);
        yield return Comparison.Of("y", graphs.Predict(x, timesteps, 1, both), golden.Tensor("y"));
        foreach (var name in golden.Names(Strength).Where(name => name[Strength.Length..].All(char.IsAsciiDigit)))
        {
            var strength = int.Parse(name[Strength.Length..], CultureInfo.InvariantCulture) / 10f;
            yield return Comparison.Of(name, graphs.Predict(x, timesteps, strength, both), golden.Tensor(name));
        }

        var first = both.ToDictionary(c => c.Key, c => c.Value.Rows(0, 1));
        yield return Comparison.Of("y_rect", graphs.Predict(golden.Tensor("x_rect"), timesteps[..1], 1, first), golden.Tensor("y_rect"));
        yield return Comparison.Of("y_zero_semantic", graphs.Predict(x, timesteps, 1, graphs.Condition(Zeros(semantic), subject)), golden.Tensor("y_zero_semantic"));
        yield return Comparison.Of("y_zero_subject", graphs.Predict(x, timesteps, 1, graphs.Condition(semantic, Zeros(subject))), golden.Tensor("y_zero_subject"));
    }

    private static HostTensor Zeros(HostTensor like) => like with { Bytes = new byte[like.Bytes.Length] };
}
