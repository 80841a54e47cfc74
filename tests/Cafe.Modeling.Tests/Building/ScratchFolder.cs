namespace Cafe.Modeling.Tests.Building;

/// <summary>An empty folder of a test's own.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cafe-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
