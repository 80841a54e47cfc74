using Cafe.Training.Data;
using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Compositing;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Scenes;

namespace Cafe.Training.Conversations;

/// <summary>What a picture shows, as far as a conversation speaks of it.</summary>
/// <param name="Subject">The subject's name: "fire engine".</param>
/// <param name="Scene">Where it is.</param>
/// <param name="Accessory">What it wears or holds, or null.</param>
/// <param name="Look">How it is rendered, or null.</param>
public sealed record PictureFacts(string Subject, IScene Scene, IAccessory? Accessory, ILook? Look)
{
    private const string DescriptionStart = "a picture of the ";

    /// <summary>What a sample was asked to show.</summary>
    public static PictureFacts Of(SampleSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new PictureFacts(
            spec.Subject.Name,
            SceneCatalog.All[spec.Scene],
            spec.Accessory is { } accessory ? AccessoryCatalog.All[accessory] : null,
            spec.Look is { } look ? LookCatalog.All[look] : null);
    }

    /// <summary>A plain caption: "fire engine on the beach, wearing a crown". The place is worded by seed and number.</summary>
    public string Caption(ulong seed, long number)
    {
        var random = new SampleRandom(seed, "caption", number);
        var place = random.Chance(0.5) ? Scene.Phrase : random.Pick(Scene.Synonyms);
        return $"{Subject} {place}{(Accessory is null ? "" : $", {Accessory.Phrase}")}{(Look is null ? "" : $", {Look.Phrase}")}";
    }

    /// <summary>The description that stands in the picture's place while the language model is pretrained.</summary>
    public string Description => $"{DescriptionStart}{Subject}";

    /// <summary>The subject's name out of such a description; null where it is another's.</summary>
    public static string? SubjectOf(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return description.Length > DescriptionStart.Length && description.StartsWith(DescriptionStart, StringComparison.Ordinal) ? description[DescriptionStart.Length..] : null;
    }
}
