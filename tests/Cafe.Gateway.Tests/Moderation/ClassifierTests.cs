using Cafe.Gateway.Tests.Fakes;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Gateway.Tests.Moderation;

/// <summary>Pictures are judged by an ONNX graph whose three classes are red, green and blue: its logits are a picture's mean colour.</summary>
public sealed class ClassifierTests : IDisposable
{
    private const int Side = 8;
    private static readonly byte[] Red = Picture(255, 0, 0), Green = Picture(0, 255, 0), Blue = Picture(0, 0, 255);
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-classifier-").FullName;

    private string Graph => Path.Combine(_folder, "colours.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Generate_OnePictureIsOfABlockedClass_WithholdsItAlone()
    {
        await using var system = await StartAsync("BlockedClasses:0=0");
        system.Diffuser.Draw = seed => seed == 7 ? Red : Green;

        var events = await system.GenerateAsync(Request(Blue, count: 2));

        Assert.Equal(
            [(ImageFinishReason.Filtered, 0), (ImageFinishReason.Completed, Green.Length)],
            events.Images().Select(image => (image.FinishReason, image.Data.Length)));
        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
        Assert.Equal(TextFinishReason.End, events.Summary().TextFinishReason);
        Assert.Contains("cafe_gateway_filtered_total{kind=\"picture\"} 1", await system.MetricsAsync());
    }

    [Fact]
    public async Task Generate_SubjectIsOfABlockedClass_DoesNoWorkAndSaysFiltered()
    {
        await using var system = await StartAsync("BlockedClasses:0=0");

        var events = await system.GenerateAsync(Request(Red));

        Assert.Empty(system.Encoder.Requests);
        Assert.Equal((ImageFinishReason.Filtered, 0), (events.Images().Single().FinishReason, events.Images().Single().Data.Length));
        Assert.Equal(TextFinishReason.Filtered, events.Summary().TextFinishReason);
    }

    [Fact]
    public async Task Generate_NoClassesNamed_BlocksTheSecond()
    {
        await using var system = await StartAsync();
        system.Diffuser.Draw = _ => Green;

        var events = await system.GenerateAsync(Request(Red));

        Assert.Equal(ImageFinishReason.Filtered, events.Images().Single().FinishReason);
        Assert.Single(system.Encoder.Requests);
    }

    /// <summary>Pure red is 0.79 red where pixels go from -1 to 1, and more than 0.99 where they go from 0 to 10.</summary>
    [Theory]
    [InlineData(false, 0.75, ImageFinishReason.Filtered)]
    [InlineData(false, 0.85, ImageFinishReason.Completed)]
    [InlineData(true, 0.85, ImageFinishReason.Filtered)]
    public async Task Generate_ThresholdAndNormalisation_Decide(bool normalised, double threshold, ImageFinishReason expected)
    {
        string[] scale = [.. Enumerable.Range(0, 3).SelectMany(channel => new[] { $"ClassifierMean:{channel}=0", $"ClassifierStd:{channel}=0.1" })];
        await using var system = await StartAsync(["BlockedClasses:0=0", FormattableString.Invariant($"Threshold={threshold}"), .. normalised ? scale : []]);
        system.Diffuser.Draw = _ => Red;

        var events = await system.GenerateAsync(Request(Blue));

        Assert.Equal(expected, events.Images().Single().FinishReason);
    }

    [Fact]
    public async Task Generate_PictureCannotBeRead_IsWithheld()
    {
        await using var system = await StartAsync("BlockedClasses:0=0");
        system.Diffuser.Draw = _ => [1, 2, 3];

        Assert.Equal(ImageFinishReason.Filtered, (await system.GenerateAsync(Request(Blue))).Images().Single().FinishReason);
    }

    private Task<TestSystem> StartAsync(params string[] settings)
    {
        var graph = new GraphBuilder("colours");
        var pixels = graph.Input("pixels", 1, 3, Side, Side);
        graph.Output("logits", graph.Root.Reshape(graph.Root.Op("GlobalAveragePool", [pixels]), 1, 3), 1, 3);
        File.WriteAllBytes(Graph, GraphWriter.ToBytes(graph.Build(), name => throw new CheckpointException($"No tensor '{name}'.")));
        return TestSystem.StartAsync(
            [$"Gateway:Moderation:ClassifierPath={Graph}", $"Gateway:Moderation:ClassifierSize={Side}", .. settings.Select(setting => $"Gateway:Moderation:{setting}")]);
    }

    private static GenerateRequest Request(byte[] subject, int count = 1)
    {
        var request = TestSystem.Request();
        request.Subject.Data = ByteString.CopyFrom(subject);
        request.Options.Count = count;
        return request;
    }

    private static byte[] Picture(byte red, byte green, byte blue) =>
        PngEncoder.Encode(new Picture(Side, Side, [.. Enumerable.Range(0, Side * Side).SelectMany(_ => new[] { red, green, blue })]));
}
