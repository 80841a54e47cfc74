using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>Pictures to means and log variances, latents to pictures.</summary>
internal sealed class VaeCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["vae"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        var config = AutoencoderKlConfig.From(golden.Config());
        var encoder = AutoencoderKl.BuildEncoder(config, variant.Options);
        var decoder = AutoencoderKl.BuildDecoder(config, variant.Options);
        var weights = WeightBinding.Bind(golden.Weights(renames: AutoencoderKl.Renames), [encoder, decoder], []);

        using var encoding = variant.Open(encoder, weights);
        var (mean, logvar) = Halves(encoding.Run(new Dictionary<string, HostTensor> { ["sample"] = golden.Tensor("image") })["latent_parameters"]);
        yield return Comparison.Of("mean", mean, golden.Tensor("mean"));
        yield return Comparison.Of("logvar", logvar, golden.Tensor("logvar"));

        using var decoding = variant.Open(decoder, weights);
        var decoded = decoding.Run(new Dictionary<string, HostTensor> { ["latent_sample"] = golden.Tensor("latents") });
        yield return Comparison.Of("decoded", decoded["sample"], golden.Tensor("decoded"));
    }

    // [N, 2 C, h, w] along the channels.
    private static (HostTensor Mean, HostTensor Logvar) Halves(HostTensor both)
    {
        var values = both.Floats();
        var rows = (int)both.Shape[0];
        var half = values.Length / rows / 2;
        long[] shape = [rows, both.Shape[1] / 2, .. both.Shape[2..]];
        float[] Take(int offset) => [.. Enumerable.Range(0, rows).SelectMany(n => values.Skip((((2 * n) + offset) * half)).Take(half))];
        return (HostTensor.Of(Take(0), shape), HostTensor.Of(Take(1), shape));
    }
}
