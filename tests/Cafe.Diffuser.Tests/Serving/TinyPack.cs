using Cafe.Modeling.Building;
using Cafe.Packs.Manifest;

namespace Cafe.Diffuser.Tests.Serving;

/// <summary>A pack of random weights on disk, made once for all tests.</summary>
public sealed class TinyPack : IDisposable
{
    public TinyPack()
    {
        Path = Directory.CreateTempSubdirectory("cafe-diffuser-").FullName;
        Manifest = SynthPack.Build(System.IO.Path.Combine(Path, "pack"), ModelPreset.Tiny);
        Path = System.IO.Path.Combine(Path, "pack");
    }

    public string Path { get; }

    public PackManifest Manifest { get; }

    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}
