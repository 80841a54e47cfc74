using Cafe.Training.Data.Scenes;
using SkiaSharp;

namespace Cafe.Training.Data.Accessories;

/// <summary>Something that a subject wears or holds; it goes with every scene.</summary>
public interface IAccessory
{
    /// <summary>A classifier's label: "party hat".</summary>
    string Name { get; }

    /// <summary>To follow the subject's name: "wearing a party hat".</summary>
    string Phrase { get; }

    /// <summary>What it does to the picture, to end a reply.</summary>
    IReadOnlyList<string> Effects { get; }

    /// <summary>Where it is drawn, in the subject's own upright coordinates.</summary>
    /// <param name="box">The subject's box.</param>
    /// <param name="top">The middle of the subject's upper end.</param>
    SKRect Place(SKRect box, SKPoint top);

    /// <summary>Draws it into the unit square of its place.</summary>
    void Draw(SceneBrush brush);
}
