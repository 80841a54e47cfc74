using Cafe.V1;

namespace Cafe.Gateway.Requests;

/// <summary>The randomness of one generation.</summary>
/// <param name="Picture">Seed of the first picture.</param>
/// <param name="Text">Seed of the reply.</param>
public sealed record GenerationSeeds(ulong Picture, ulong Text)
{
    /// <summary>The request's own seeds, drawn where it has none.</summary>
    public static GenerationSeeds For(GenerateRequest request, SeedSource source)
    {
        // The picture follows the reply, so a caller who fixes the picture's seed means the reply's, too.
        ulong? picture = request.Options is { HasSeed: true } options ? options.Seed : null;
        ulong? text = request.TextOptions is { HasSeed: true } sent ? sent.Seed : picture;
        return new(picture ?? source.Next(), text ?? source.Next());
    }
}
