using Cafe.Training.Data.Compositing;

namespace Cafe.Training.Data;

/// <summary>What the data stage makes; a configuration file holds it as JSON.</summary>
public sealed record DataOptions
{
    /// <summary>Seed of everything random. Default 20.</summary>
    public ulong Seed { get; init; } = 20;

    /// <summary>Path of emoji-test.txt (Debian: unicode-data). Needed for the three emoji designs.</summary>
    public string? EmojiTest { get; init; } = "/usr/share/unicode/emoji/emoji-test.txt";

    /// <summary>Path of NotoColorEmoji.ttf (Debian: fonts-noto-color-emoji); null leaves Noto out.</summary>
    public string? Noto { get; init; } = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf";

    /// <summary>The folder assets of the npm package @lobehub/fluent-emoji-3d; null leaves Fluent out.</summary>
    public string? Fluent { get; init; }

    /// <summary>The folder of the npm package @twemoji/svg; null leaves Twemoji out.</summary>
    public string? Twemoji { get; init; }

    /// <summary>Folders of cut-out pictures (RGBA PNG or WebP) that join or replace the emoji.</summary>
    public IReadOnlyList<string> CutOuts { get; init; } = [];

    /// <summary>SPDX identifier of the cut-outs' licence, for the credits.</summary>
    public string CutOutLicence { get; init; } = "unknown";

    /// <summary>Share of the look-alike clusters held out. Default a tenth.</summary>
    public double HeldOutShare { get; init; } = 0.1;

    /// <summary>Side of the pictures in pixels. Default 128.</summary>
    public int Side { get; init; } = 128;

    /// <summary>The stores to make.</summary>
    public IReadOnlyList<DataPart> Parts { get; init; } =
    [
        new("easy", 12000, HeldOut: false, CompositeOptions.Easy),
        new("train", 28000, HeldOut: false, new CompositeOptions()),
        new("teacher", 28000, HeldOut: false, new CompositeOptions { FaultShare = 1.0 / 3 }),
        new("heldout", 2000, HeldOut: true, new CompositeOptions { VariedShare = 0 }),
    ];

    /// <summary>Throws where an option lies outside its range or names nothing to draw from.</summary>
    public void Validate()
    {
        if (Parts.Count == 0)
        {
            throw new InvalidDataException("Parts is empty: there is nothing to make.");
        }

        if (Parts.Select(part => part.Name).Distinct().Count() != Parts.Count)
        {
            throw new InvalidDataException("Two Parts have the same Name.");
        }

        foreach (var part in Parts)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(part.Count, 1);
            (part.Options with { Side = Side }).Validate();
        }
    }
}
