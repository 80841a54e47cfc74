using Cafe.EndToEnd.Running;
using Cafe.Modeling.Building;

[assembly: AssemblyFixture(typeof(TinyPack))]

namespace Cafe.EndToEnd.Running;

/// <summary>A pack of random weights in the smallest sizes, made once for the whole run.</summary>
public sealed class TinyPack : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-end-to-end-").FullName;

    public TinyPack() => SynthPack.Build(Folder, ModelPreset.Tiny);

    /// <summary>The pack.</summary>
    public string Folder => Path.Combine(_folder, "pack");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
