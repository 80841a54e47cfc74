using Cafe.Modeling.Building;

namespace Cafe.Testing.Processes;

/// <summary>A pack of random weights in the smallest sizes, made once for a whole run: an assembly fixture.</summary>
public sealed class TinyPack : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-tiny-pack-").FullName;

    /// <summary>Makes the pack.</summary>
    public TinyPack() => SynthPack.Build(Folder, ModelPreset.Tiny);

    /// <summary>The pack.</summary>
    public string Folder => Path.Combine(_folder, "pack");

    /// <summary>Removes it.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
