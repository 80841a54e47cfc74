namespace Cafe.Training.Data.Scenes;

/// <summary>A painted place with much variation inside.</summary>
public interface IScene
{
    /// <summary>One word or two, as a classifier's label: "beach".</summary>
    string Name { get; }

    /// <summary>Where the subject is, to follow its name in a sentence: "on the beach".</summary>
    string Phrase { get; }

    /// <summary>Other ways to say where, that a user may choose.</summary>
    IReadOnlyList<string> Synonyms { get; }

    /// <summary>What the place does to the picture, to end a reply: "The warm sand and the blue sea make it feel like a holiday."</summary>
    IReadOnlyList<string> Effects { get; }

    /// <summary>Whether there is a ground that a subject throws its shadow on.</summary>
    bool HasGround => true;

    /// <summary>Paints the whole square.</summary>
    void Paint(SceneBrush brush);
}
