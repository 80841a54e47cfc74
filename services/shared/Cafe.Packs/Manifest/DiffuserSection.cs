using System.Text.Json;

namespace Cafe.Packs.Manifest;

public sealed record DiffuserSection
{
    public required Conditioning Conditioning { get; init; }

    public required string Unet { get; init; }

    public required string Conditioner { get; init; }

    public required string VaeDecoder { get; init; }

    public string? VaeEncoder { get; init; }

    public required int LatentChannels { get; init; }

    /// <summary>Pixels of an edge for one latent.</summary>
    public required int Downscale { get; init; }

    public required double ScalingFactor { get; init; }

    /// <summary>0, or 2 where the UNet takes the coordinates x and y after the latents.</summary>
    public int CoordinateChannels { get; init; }

    public required SizeLimits Size { get; init; }

    /// <summary>
    /// diffusers' scheduler_config.json as it is; an infinite number, which JSON has no form for, is the string <c>-Infinity</c> here
    /// (read numbers with <see cref="PythonJson.TryGetNumber"/>).
    /// </summary>
    public required JsonElement Scheduler { get; init; }

    public required SamplingDefaults Defaults { get; init; }
}
