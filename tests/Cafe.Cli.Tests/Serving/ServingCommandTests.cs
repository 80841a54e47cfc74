using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cafe.Cli.Model;
using Cafe.Imaging;
using Cafe.Imaging.Encoding;

namespace Cafe.Cli.Tests.Serving;

/// <summary><c>cafe generate</c>, <c>chat</c> and <c>batch</c> with the whole system in this process and a tiny pack.</summary>
public sealed class ServingCommandTests : IDisposable
{
    private const int Side = 48;
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-serving-").FullName;
    private readonly string[] _served;

    public ServingCommandTests()
    {
        Assert.Equal(0, ModelCommands.Create().Parse(["synth", At("pack"), "--preset", "tiny"]).Invoke());
        var rgb = new byte[3 * Side * Side];
        new Random(1).NextBytes(rgb);
        File.WriteAllBytes(At("subject.png"), PngEncoder.Encode(new Picture(Side, Side, rgb)));
        _served = ["--pack", At("pack")];
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Generate_SameSeedsTwice_WritesTheSamePicture()
    {
        var replies = new List<string>();
        foreach (var folder in new[] { "first", "second" })
        {
            var (code, output, status) = await CafeTold(["generate", "--image", At("subject.png"), "--text", "on a beach", "--seed", "1", "--text-seed", "1", "--steps", "2", "--out", At(folder)]);
            Assert.Equal(0, code);
            Assert.Contains(Path.GetFileName(Pictures(folder)[0]), status, StringComparison.Ordinal);
            replies.Add(output);
        }

        // The reply, and nothing else, is the command's output.
        Assert.NotEmpty(replies[0].Trim());
        Assert.Equal(replies[0], replies[1]);
        Assert.Equal(File.ReadAllBytes(Assert.Single(Pictures("first"))), File.ReadAllBytes(Assert.Single(Pictures("second"))));
    }

    [Fact]
    public async Task Generate_PictureIsNotThere_SaysSoBeforeAnythingStarts() =>
        Assert.Equal(1, await Cafe(["generate", "--image", At("none.png"), "--text", "on a beach", "--out", At("out")]));

    [Fact]
    public async Task Chat_SeveralTurns_SavesThePicturesOfEach()
    {
        var input = Console.In;
        Console.SetIn(new StringReader("on a beach\nat night\n/what\n/image none.png\n/new\nin the snow\n"));
        try
        {
            var (code, output, status) = await CafeTold(["chat", "--image", At("subject.png"), "--steps", "2", "--seed", "1", "--text-seed", "1", "--out", At("chat")]);
            Assert.Equal(0, code);
            Assert.True(output.Split('\n').Length > 3, output); // a reply for each turn
            Assert.Contains("/what is no command", status, StringComparison.Ordinal);
            Assert.Contains("none.png", status, StringComparison.Ordinal);
            Assert.DoesNotContain("error:", status, StringComparison.Ordinal);
        }
        finally
        {
            Console.SetIn(input);
        }

        Assert.Equal(["turn-01-", "turn-02-", "turn-03-"], Pictures("chat").Select(path => Path.GetFileName(path)[..8]).Order());
    }

    [Fact]
    public async Task Chat_NewPictureAfterTheConversationExpired_SaysThatItBeginsAgain()
    {
        const string Expiry = "Gateway__Conversations__ExpiresAfterSeconds";
        var (input, error) = (Console.In, Console.Error);
        using var told = new StringWriter();
        Environment.SetEnvironmentVariable(Expiry, "1");
        Console.SetIn(new SlowReader("on a beach", $"/image {At("subject.png")}", "at night"));
        Console.SetError(told);
        try
        {
            Assert.Equal(0, await Cafe(["chat", "--image", At("subject.png"), "--steps", "2", "--out", At("chat")]));
        }
        finally
        {
            Console.SetIn(input);
            Console.SetError(error);
            Environment.SetEnvironmentVariable(Expiry, null);
        }

        Assert.Equal(2, Pictures("chat").Length);
        Assert.Single(Regex.Matches(told.ToString(), "no longer has the conversation"));
    }

    [Fact]
    public async Task Batch_InterruptedInALineAndRunAgain_LosesAndRepeatsNothing()
    {
        const int Items = 5, SomeFailed = 2;
        await File.WriteAllLinesAsync(
            At("in.jsonl"),
            [
                .. Enumerable.Range(0, Items).Select(i => $$$"""{"id": "item-{{{i}}}", "image": "subject.png", "text": "on a beach", "options": {"steps": 2, "seed": "{{{i}}}"}, "text_options": {"seed": "1", "max_tokens": 4}}"""),
                """{"id": "poison", "image": "none.png", "text": "on a beach"}""",
            ],
            Cancel);
        string[] batch = ["batch", At("in.jsonl"), "--out", At("batch")];
        var (first, _, told) = await CafeTold(batch);
        Assert.Equal(SomeFailed, first);
        Assert.Matches(@"6/6", told);
        Assert.Matches(@"6 items in \d+ (s|min) \(\d+\.\d\d/s\), 1 failed, 0 done before", told.ReplaceLineEndings(" "));
        var whole = await Results();
        Assert.Equal([.. Enumerable.Range(0, Items).Select(i => $"item-{i}"), "poison"], whole.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("none.png", (string)whole["poison"]["error"]!["message"]!, StringComparison.Ordinal);
        var pictures = Pictures("batch").ToDictionary(path => path, File.ReadAllBytes);
        Assert.Equal(Items, pictures.Count);

        // As an interruption leaves it: two items are on record, a third one's line is torn, a picture is there that no line names.
        var lines = (await File.ReadAllLinesAsync(At("batch", "results.jsonl"), Cancel)).Where(line => !line.Contains("poison", StringComparison.Ordinal)).ToList();
        await File.WriteAllTextAsync(At("batch", "results.jsonl"), $"{lines[0]}\n{lines[1]}\n{lines[2][..20]}", Cancel);
        Assert.Equal(SomeFailed, await Cafe(batch));
        Assert.Equal(whole.Keys.Order(StringComparer.Ordinal), (await Results()).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(pictures.Keys.Order(), Pictures("batch").Order());
        Assert.All(pictures, picture => Assert.Equal(picture.Value, File.ReadAllBytes(picture.Key)));

        // A third run finds nothing to do.
        Assert.Equal(0, await Cafe(batch));
    }

    private async Task<Dictionary<string, JsonNode>> Results() =>
        (await File.ReadAllLinesAsync(At("batch", "results.jsonl"), Cancel)).Select(line => JsonNode.Parse(line)!).ToDictionary(entry => (string)entry["id"]!); // fails where an id comes twice

    private async Task<(int Code, string Output, string Status)> CafeTold(string[] arguments)
    {
        var (output, status) = (Console.Out, Console.Error);
        using var told = new StringWriter();
        using var remarks = new StringWriter();
        Console.SetOut(told);
        Console.SetError(remarks);
        try
        {
            return (await Cafe(arguments), told.ToString(), remarks.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(status);
        }
    }

    private Task<int> Cafe(string[] arguments) => CafeCommandLine.Create().Parse([.. arguments, .. _served]).InvokeAsync(cancellationToken: Cancel);

    private string[] Pictures(string folder) => Directory.GetFiles(At(folder), "*.png");

    private string At(params string[] names) => Path.Combine([_folder, .. names]);

    /// <summary>Somebody who thinks longer than a conversation lives.</summary>
    private sealed class SlowReader(params string[] lines) : TextReader
    {
        private readonly Queue<string> _lines = new(lines);

        public override string? ReadLine()
        {
            Thread.Sleep(TimeSpan.FromSeconds(1.5));
            return _lines.TryDequeue(out var line) ? line : null;
        }
    }
}
