namespace Cafe.Training.Data.Scenes;

/// <summary>Every painted scene. Its place in the list is its label in sample files: add at the end.</summary>
public static class SceneCatalog
{
    /// <summary>In label order.</summary>
    public static IReadOnlyList<IScene> All { get; } =
    [
        new BeachScene(), new ForestScene(), new SnowScene(), new NightCityScene(), new DesertScene(), new UnderwaterScene(), new SpaceScene(),
        new MeadowScene(), new SunsetScene(), new LivingRoomScene(), new RainScene(), new StageScene(), new AutumnScene(), new LibraryScene(),
    ];

    /// <summary>The label of a scene by its name.</summary>
    /// <exception cref="KeyNotFoundException">No scene has this name.</exception>
    public static int IndexOf(string name)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Name == name)
            {
                return i;
            }
        }

        throw new KeyNotFoundException($"No scene is named '{name}'; the scenes are {string.Join(", ", All.Select(scene => scene.Name))}.");
    }
}
