namespace Cafe.Inference.Samplers;

/// <summary>Samplers as packs name them.</summary>
public static class SamplerNames
{
    private static readonly (string Name, SamplerKind Kind)[] All =
        [("dpmpp_2m", SamplerKind.Dpmpp2M), ("ddim", SamplerKind.Ddim), ("euler", SamplerKind.Euler)];

    /// <summary>The sampler of a name: <c>dpmpp_2m</c>, <c>ddim</c> or <c>euler</c>.</summary>
    /// <exception cref="ArgumentException">There is no such sampler.</exception>
    public static SamplerKind Parse(string name)
    {
        foreach (var (known, kind) in All)
        {
            if (known == name)
            {
                return kind;
            }
        }

        throw new ArgumentException($"The sampler is '{name}'; known are {string.Join(", ", All.Select(entry => entry.Name))}.", nameof(name));
    }

    /// <summary>The name of a sampler.</summary>
    public static string Of(SamplerKind kind) => Array.Find(All, entry => entry.Kind == kind).Name
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown sampler.");
}
