using System.Text.Json;

namespace Cafe.Packs.Manifest;

internal static class DiffuserRules
{
    private const int MaxEdge = 8192;
    private const float MaxScale = 100;

    public static void Check(DiffuserSection diffuser, PartFiles files)
    {
        var conditioning = diffuser.Conditioning;
        Rule.Text(conditioning.Kind, "cafe", "diffuser.conditioning.kind");
        Tokens(conditioning.Semantic, files, "diffuser.conditioning.semantic");
        Tokens(conditioning.Subject, files, "diffuser.conditioning.subject");
        files.Listed(diffuser.Unet, "diffuser.unet");
        files.Listed(diffuser.Conditioner, "diffuser.conditioner");
        files.Listed(diffuser.VaeDecoder, "diffuser.vae_decoder");
        if (diffuser.VaeEncoder is { } encoder)
        {
            files.Listed(encoder, "diffuser.vae_encoder");
        }

        Rule.Between(diffuser.LatentChannels, 1, 256, "diffuser.latent_channels");
        Rule.Between(diffuser.Downscale, 1, 64, "diffuser.downscale");
        Rule.That(diffuser.ScalingFactor is > 0 and <= 1000, "diffuser.scaling_factor", "above 0 to 1000", diffuser.ScalingFactor);
        Rule.That(diffuser.CoordinateChannels is 0 or 2, "diffuser.coordinate_channels", "0 or 2", diffuser.CoordinateChannels);
        Rule.That(diffuser.Scheduler.ValueKind == JsonValueKind.Object, "diffuser.scheduler", "an object", diffuser.Scheduler.ValueKind);
        Sizes(diffuser.Size, diffuser.Downscale);
        Defaults(diffuser.Defaults);
    }

    private static void Tokens(ConditionTokens tokens, PartFiles files, string field)
    {
        Rule.Between(tokens.Tokens, 1, EncoderRules.MaxDimension, $"{field}.tokens");
        Rule.Between(tokens.Width, 1, EncoderRules.MaxDimension, $"{field}.width");
        if (tokens.Null is { } path)
        {
            files.Rows(path, PackElementType.Float32, [tokens.Tokens, tokens.Width], $"{field}.null");
        }
    }

    private static void Sizes(SizeLimits size, int downscale)
    {
        Rule.Between(size.Max, 1, MaxEdge, "diffuser.size.max");
        Rule.Between(size.Min, 1, size.Max, "diffuser.size.min");
        Rule.Between(size.MultipleOf, 1, size.Max, "diffuser.size.multiple_of");
        Rule.That(size.MultipleOf % downscale == 0, "diffuser.size.multiple_of", $"a multiple of the downscale {downscale}", size.MultipleOf);
        foreach (var (edge, field) in new[] { (size.DefaultWidth, "default_width"), (size.DefaultHeight, "default_height") })
        {
            Rule.Between(edge, size.Min, size.Max, $"diffuser.size.{field}");
            Rule.That(edge % size.MultipleOf == 0, $"diffuser.size.{field}", $"a multiple of {size.MultipleOf}", edge);
        }
    }

    private static void Defaults(SamplingDefaults defaults)
    {
        Rule.OneOf(defaults.Sampler, "diffuser.defaults.sampler", "ddim", "dpmpp_2m", "euler");
        Rule.OneOf(defaults.Guidance, "diffuser.defaults.guidance", "joint", "dual", "none");
        Rule.Between(defaults.Steps, 1, 1000, "diffuser.defaults.steps");
        Rule.Between(defaults.GuidanceScale, 0, MaxScale, "diffuser.defaults.guidance_scale");
        Rule.Between(defaults.SemanticScale, 0, MaxScale, "diffuser.defaults.semantic_scale");
        Rule.Between(defaults.SubjectScale, 0, MaxScale, "diffuser.defaults.subject_scale");
        Rule.Between(defaults.SubjectStrength, 0, MaxScale, "diffuser.defaults.subject_strength");
        Rule.Between(defaults.IntervalStart, 0, 1, "diffuser.defaults.interval_start");
        Rule.Between(defaults.IntervalEnd, defaults.IntervalStart, 1, "diffuser.defaults.interval_end");
    }
}
