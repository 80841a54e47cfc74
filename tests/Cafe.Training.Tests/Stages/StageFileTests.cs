using System.Text.Json.Nodes;
using Cafe.Training.Stages;
using Cafe.Training.Tests.Running;

namespace Cafe.Training.Tests.Stages;

public sealed class StageFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Load_FileThatExtendsAnother_IsThatOneWithItsDifferences()
    {
        Write("base/unet.json", """{ "stage": "unet", "output": "a", "needs": ["x", "y"], "training": { "steps": 8, "start_from": "z", "rate": { "peak": 1, "floor": 2 } } } // as it is""");
        Write("more/longer.json", """{ "extends": "../base/unet.json", "training": { "steps": 16, "start_from": null, "rate": { "peak": 3 } } }""");
        Write("more/other.json", """{ "extends": "longer.json", "output": "b", "needs": [], "diffusion": { "weight": 5 } }""");

        var stage = StageFile.Load(folder.File("more", "other.json"));

        Assert.Equal(("other", "unet", "b"), (stage.Name, stage.Kind, stage.Output));
        Assert.Empty(stage.Needs);
        var wanted = """{ "stage": "unet", "output": "b", "needs": [], "training": { "steps": 16, "rate": { "peak": 3, "floor": 2 } }, "diffusion": { "weight": 5 } }""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(wanted), JsonObject.Create(stage.Config)), stage.Config.ToString());
    }

    [Fact]
    public void Load_DifferenceInTheFileExtended_ChangesTheHash()
    {
        Write("base.json", """{ "stage": "unet", "output": "a", "steps": 1 }""");
        Write("more.json", """{ "extends": "base.json", "output": "b" }""");
        var before = StageFile.Load(folder.File("more.json")).Hash([]);
        Write("base.json", """{ "stage": "unet", "output": "a", "steps": 2 }""");
        Assert.NotEqual(before, StageFile.Load(folder.File("more.json")).Hash([]));
    }

    [Theory]
    [InlineData("""{ "extends": "stage.json", "output": "a" }""", "extend each other")]
    [InlineData("""{ "extends": "absent.json", "output": "a" }""", "absent.json")]
    [InlineData("""{ "extends": 3, "output": "a" }""", "must name a file")]
    [InlineData("[]", "no JSON object")]
    [InlineData("""{ "output": "a" }""", "no text 'stage'")]
    public void Load_BadFile_SaysWhatIsWrong(string json, string reason)
    {
        Write("stage.json", json);
        var thrown = Assert.Throws<ArgumentException>(() => StageFile.Load(folder.File("stage.json")));
        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("stage.json", thrown.Message, StringComparison.Ordinal);
    }

    private void Write(string path, string json)
    {
        var file = folder.File(path.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json);
    }
}
