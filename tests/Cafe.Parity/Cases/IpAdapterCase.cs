using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>A published adapter: a picture to CLIP features to image tokens, and the UNet under text and image tokens at several scales.</summary>
internal sealed class IpAdapterCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["ipadapter-"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        var adapter = golden.Own(Checkpoint.Open(golden.File("ip-adapter.safetensors")));
        var features = Features(golden, variant, IpAdapter.ReadsTokens(adapter));
        yield return Comparison.Of("image_features", features, golden.Tensor("image_features"));

        var graph = IpAdapter.BuildProjection(adapter, variant.Options);
        using var projection = variant.Open(graph, WeightBinding.Bind(IpAdapter.ProjectionWeights(adapter), [graph], []));
        var tokens = projection.Run(new Dictionary<string, HostTensor> { ["image_features"] = golden.Tensor("image_features") })["image_tokens"];
        yield return Comparison.Of("image_tokens", tokens, golden.Tensor("image_tokens"));

        var published = golden.Weights("unet");
        var (text, image) = (golden.Tensor("text"), golden.Tensor("image_tokens"));
        var config = UNetConfig.From(golden.Config("unet"), checked((int)text.Shape[^1]), checked((int)image.Shape[^1]));
        using var unet = new UNetGraphs(config, IpAdapter.UNet(published, adapter, config), variant);
        var timesteps = golden.Tensor("t").Longs().Select(t => (float)t).ToArray();
        var conditions = unet.Condition(text, image);
        foreach (var name in golden.Names("y_scale"))
        {
            // y_scale06 is the adapter at 0.6
            var scale = int.Parse(name["y_scale".Length..], System.Globalization.CultureInfo.InvariantCulture) / 10f;
            yield return Comparison.Of(name, unet.Predict(golden.Tensor("x"), timesteps, scale, conditions), golden.Tensor(name));
        }
    }

    private static HostTensor Features(GoldenCase golden, Variant variant, bool tokens)
    {
        var config = ClipConfig.FromVision(golden.Config("image_encoder"));
        var encoder = Clip.BuildVision(config, variant.Options, config.Vision.NumHiddenLayers - 1);
        using var session = variant.Open(encoder, WeightBinding.Bind(golden.Weights("image_encoder"), [encoder], Clip.Ignored));
        var outputs = session.Run(new Dictionary<string, HostTensor> { ["pixel_values"] = golden.Tensor("pixel_values") });
        return outputs[tokens ? "hidden_state" : "image_embeds"];
    }
}
