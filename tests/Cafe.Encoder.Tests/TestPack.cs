using Cafe.Modeling.Building;

namespace Cafe.Encoder.Tests;

/// <summary>A tiny pack of random weights, built once for the whole run.</summary>
public static class TestPack
{
    private static readonly Lazy<string> Built = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("cafe-encoder-tests").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        SynthPack.Build(folder, ModelPreset.Tiny);
        return folder;
    });

    public static string Folder => Built.Value;
}
