using Cafe.Training.Data.Scenes;

namespace Cafe.Training.Conversations;

/// <summary>Finds which scene a text speaks of, by the scenes' own phrases and their main words.</summary>
public static class SceneMentions
{
    private static readonly IReadOnlyDictionary<string, string[]> Words = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["beach"] = ["beach", "seaside", "by the sea"],
        ["forest"] = ["forest", "woods", "tall trees"],
        ["snow"] = ["snow", "winter"],
        ["city"] = ["city", "skyline", "downtown", "skyscraper"],
        ["desert"] = ["desert", "dunes", "cacti"],
        ["underwater"] = ["under water", "underwater", "bottom of the sea", "coral", "deep in the ocean"],
        ["space"] = ["space", "among the stars", "galaxy"],
        ["meadow"] = ["meadow", "field of flowers", "flowery hill", "wild flowers"],
        ["sunset"] = ["sunset", "evening light"],
        ["room"] = ["living room", "at home", "inside a house", "cosy room"],
        ["rain"] = ["rain", "wet street", "downpour"],
        ["stage"] = ["stage", "spotlights", "theatre"],
        ["autumn"] = ["autumn", "falling leaves"],
        ["library"] = ["library", "among books", "bookshelf", "full of books"],
    };

    /// <summary>Whether the text names the scene.</summary>
    public static bool Names(string text, IScene scene)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(scene);
        return Words[scene.Name].Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The words that a text names the scene by.</summary>
    public static IReadOnlyList<string> WordsOf(IScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return Words[scene.Name];
    }

    /// <summary>The scenes that the text names, in label order.</summary>
    public static IReadOnlyList<IScene> All(string text) => [.. SceneCatalog.All.Where(scene => Names(text, scene))];
}
