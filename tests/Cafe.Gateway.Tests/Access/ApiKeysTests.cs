using Cafe.Gateway.Access;
using Cafe.Gateway.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Gateway.Tests.Access;

public sealed class ApiKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-keys").FullName;
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Find_SecretRotated_KnowsTheNewKeyAndForgetsTheOld()
    {
        Mount("one", ("team-a", "old key"), ("team-b", "kept key"));
        var keys = Create();
        Assert.Equal("team-a", keys.Find("old key")!.Id);

        Mount("two", ("team-a", "new key"), ("team-b", "kept key"));
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Null(keys.Find("old key"));
        Assert.Equal("team-a", keys.Find("new key")!.Id);
        Assert.Equal("team-b", keys.Find("kept key")!.Id);
    }

    [Fact]
    public void Find_SecretUnreadable_KeepsTheOldKeys()
    {
        Mount("one", ("team-a", "the key"));
        var keys = Create();

        Mount("two", ("team-a", " "));
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("team-a", keys.Find("the key")!.Id);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ApiKeys Create() => new(
        new ApiKeysOptions { Path = Path.Combine(_folder, "mounted") }, new CallerLimits(), _time, NullLogger.Instance);

    // As the kubelet does: links to files behind the link ..data, which alone is swapped.
    private void Mount(string version, params (string Id, string Key)[] keys)
    {
        var mounted = Directory.CreateDirectory(Path.Combine(_folder, "mounted")).FullName;
        var data = Directory.CreateDirectory(Path.Combine(mounted, ".." + version)).FullName;
        foreach (var (id, key) in keys)
        {
            File.WriteAllText(Path.Combine(data, id), key);
            if (!File.Exists(Path.Combine(mounted, id)))
            {
                File.CreateSymbolicLink(Path.Combine(mounted, id), Path.Combine("..data", id));
            }
        }

        var link = Path.Combine(mounted, "..data");
        if (Path.Exists(link))
        {
            File.Delete(link);
        }

        Directory.CreateSymbolicLink(link, ".." + version);
    }
}
