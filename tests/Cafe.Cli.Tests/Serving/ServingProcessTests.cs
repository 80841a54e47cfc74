using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cafe.Testing.Processes;
using Cafe.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cafe.Cli.Tests.Serving;

/// <summary><c>cafe batch</c> and <c>cafe up</c> as processes that are killed and told to stop.</summary>
public sealed class ServingProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly TinyPack _pack = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-process-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _pack.Dispose();
    }

    [Fact]
    public async Task Batch_KilledInTheMiddleAndRunAgain_LosesAndRepeatsNothing()
    {
        const int Items = 20, OnRecord = 3;
        await File.WriteAllBytesAsync(At("subject.png"), Asking.Picture(1).Data.ToByteArray(), Cancel);
        await File.WriteAllLinesAsync(
            At("in.jsonl"),
            Enumerable.Range(0, Items).Select(i =>
                $$$"""{"id": "item-{{{i}}}", "image": "subject.png", "text": "on a beach", "options": {"steps": 60, "seed": "{{{i}}}"}, "text_options": {"seed": "1", "max_tokens": 4}}"""),
            Cancel);
        using (var whole = Batch("whole"))
        {
            whole.Start();
            Assert.True(await whole.WaitAsync(Patience) == 0, whole.Log);
        }

        using var batch = Batch("killed");
        batch.Start();
        await Asking.UntilAsync(() => Task.FromResult(!batch.Running || Lines("killed").Length >= OnRecord), "some items on record", Cancel);
        batch.Kill();
        var before = Lines("killed");
        Assert.True(before.Length is >= OnRecord and < Items, $"Killed with {before.Length} of {Items} items on record: {batch.Log}");

        batch.Start();
        Assert.True(await batch.WaitAsync(Patience) == 0, batch.Log);
        var after = Lines("killed");
        Assert.Equal(before, after[..before.Length]);
        Assert.Equal(Items, after.Length);
        Assert.Equal(Pictures("whole").Keys.Order(StringComparer.Ordinal), Pictures("killed").Keys.Order(StringComparer.Ordinal));
        Assert.All(Pictures("whole"), picture => Assert.Equal(picture.Value, Pictures("killed")[picture.Key]));
        Assert.Equal(Results("whole"), Results("killed"));

        // Identifiers, replies and files: no id twice, none missing.
        SortedDictionary<string, string> Results(string folder) => new(
            Lines(folder).Select(line => JsonNode.Parse(line)!).ToDictionary(entry => (string)entry["id"]!, entry => $"{entry["reply"]} {entry["pictures"]!.ToJsonString()}"), StringComparer.Ordinal);

        Dictionary<string, byte[]> Pictures(string folder) => Directory.GetFiles(At(folder), "*.png").ToDictionary(path => Path.GetFileName(path)!, File.ReadAllBytes);

        ChildProcess Batch(string folder) => Cafe("batch", At("in.jsonl"), "--out", At(folder), "--window", "2", "--pack", _pack.Folder);
    }

    [Fact]
    public async Task Up_ToldToStopDuringACall_PrintedItsAddressesServesItToTheEndAndEndsWell()
    {
        const int Pictures = 12; // some seconds of work
        using var up = Cafe("up", "--pack", _pack.Folder, "--port", "0", "--json-port", "0", "--log", "Warning", "--set", "Drain:TimeoutSeconds=50");
        up.Start();
        await Asking.UntilAsync(() => Task.FromResult(!up.Running || up.Log.Contains("redis      ", StringComparison.Ordinal)), "the addresses", Cancel);
        Assert.True(up.Running, up.Log);
        foreach (var service in new[] { "encoder", "assistant", "diffuser" })
        {
            Assert.Matches($"(?m)^{service} +http://\\S+  health http://\\S+  metrics http://\\S+/metrics", up.Log);
        }

        using (var http = new HttpClient())
        {
            Assert.Contains("fingerprint", await http.GetStringAsync(new Uri(Address("json"), "/v1/pack"), Cancel), StringComparison.OrdinalIgnoreCase);
        }

        using var channel = GrpcChannel.ForAddress(Address("gateway"));
        using var call = new GatewayService.GatewayServiceClient(channel).Generate(Asking.Request(1, steps: 150, count: Pictures), cancellationToken: Cancel);
        Task? stopping = null;
        var pictures = 0;
        await foreach (var told in call.ResponseStream.ReadAllAsync(Cancel))
        {
            stopping ??= told.Progress is null ? null : up.TerminateAsync(Patience);
            pictures += told.Image is null ? 0 : 1;
        }

        Assert.Equal(Pictures, pictures);
        await stopping!;
        Assert.True(await up.WaitAsync(Patience) == 0, up.Log);
        Assert.Contains("Shutting down", up.Log, StringComparison.Ordinal);

        Uri Address(string name) => new(Regex.Match(up.Log, $"(?m)^{name} +(http://\\S+)").Groups[1].Value);
    }

    private static ChildProcess Cafe(params string[] arguments) => new(Dotnet.Program, [Path.Combine(AppContext.BaseDirectory, "Cafe.Cli.dll"), .. arguments]);

    // Whole lines, those of a file that is written just now too.
    private string[] Lines(string folder)
    {
        var path = At(folder, "results.jsonl");
        if (!File.Exists(path))
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n')[..^1];
    }

    private string At(params string[] names) => Path.Combine([_folder, .. names]);
}
