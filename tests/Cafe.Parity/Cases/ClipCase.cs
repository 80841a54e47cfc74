using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>Both towers: pictures and texts to projected embeddings.</summary>
internal sealed class ClipCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["clip-"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        var config = ClipConfig.From(golden.Config());
        var vision = Clip.BuildVision(config, variant.Options, config.Vision.NumHiddenLayers);
        var text = Clip.BuildText(config, options: variant.Options);
        var weights = WeightBinding.Bind(golden.Weights(), [vision, text], Clip.Ignored);

        using var visionSession = variant.Open(vision, weights);
        var pictures = visionSession.Run(new Dictionary<string, HostTensor> { ["pixel_values"] = golden.Tensor("pixel_values") });
        yield return Comparison.Of("image_embeds", pictures["image_embeds"], golden.Tensor("image_embeds"));
        yield return Comparison.Of("vision_last_hidden", pictures["hidden_state"], golden.Tensor("vision_last_hidden"));

        using var textSession = variant.Open(text, weights);
        var texts = textSession.Run(new Dictionary<string, HostTensor>
        {
            ["input_ids"] = golden.Tensor("input_ids"),
            ["attention_mask"] = golden.Tensor("attention_mask"),
        });
        yield return Comparison.Of("text_embeds", texts["text_embeds"], golden.Tensor("text_embeds"));
    }
}
