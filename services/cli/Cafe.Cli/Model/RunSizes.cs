using Cafe.Inference.Language;
using Cafe.Packs.Manifest;

namespace Cafe.Cli.Model;

/// <summary>The sizes at which a pack's graphs are run for one row: one picture of the default size, one prompt's chunk of tokens.</summary>
internal static class RunSizes
{
    private static readonly int Chunk = new DecoderSettings().PrefillChunk;

    /// <summary>A size for every symbol in a graph's inputs (docs/pack-format.md).</summary>
    public static IReadOnlyDictionary<string, long> Of(PackManifest manifest, string graph)
    {
        var diffuser = manifest.Diffuser;
        var (width, height) = (diffuser.Size.DefaultWidth, diffuser.Size.DefaultHeight);
        var (latentWidth, latentHeight) = (width / diffuser.Downscale, height / diffuser.Downscale);
        var pixels = graph == diffuser.VaeEncoder;
        return new Dictionary<string, long>
        {
            ["N"] = 1,
            ["B"] = 1,
            ["S"] = Math.Min(Chunk, manifest.Assistant.MaxPositions),
            ["M"] = manifest.Assistant.MaxPositions,
            ["T"] = manifest.Encoder.Subject.Tokens,
            ["n"] = diffuser.Conditioning.Semantic.Tokens,
            ["m"] = diffuser.Conditioning.Subject.Tokens,
            ["H"] = pixels ? height : latentHeight,
            ["W"] = pixels ? width : latentWidth,
            ["h"] = latentHeight,
            ["w"] = latentWidth,
        };
    }
}
