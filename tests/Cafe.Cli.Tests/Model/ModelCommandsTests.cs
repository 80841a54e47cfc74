using System.CommandLine;
using Cafe.Cli.Model;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Tests.Building;
using Cafe.Packs.Graphs;
using Cafe.Packs.Manifest;
using Cafe.Testing;
using Spectre.Console;

namespace Cafe.Cli.Tests.Model;

public sealed class ModelCommandsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("fp32")]
    [InlineData("fp16")]
    [InlineData("int4")]
    public async Task Synth_TinyOfEveryPrecision_VerifiesAndInspects(string precision)
    {
        var pack = Path.Combine(folder, "My Pack");
        Assert.Equal(0, await Run("synth", pack, "--preset", "tiny", "--precision", precision, "--seed", "3"));
        Assert.Equal("my-pack", PackFolder.Open(pack).Manifest.Name);
        Assert.Equal(0, await Run("verify", pack));
        Assert.Equal(0, await Run("inspect", pack));
    }

    [Fact]
    public async Task Verify_ChangedByteInAnyPart_Fails()
    {
        var pack = Path.Combine(folder, "pack");
        Assert.Equal(0, await Run("synth", pack));
        foreach (var file in new[] { "encoder/subject.data", "assistant/embed_tokens.bin", "diffuser/unet.data" })
        {
            Flip(Path.Combine(pack, file));
            Assert.Equal(1, await Run("verify", "--skip-run", pack));
            Flip(Path.Combine(pack, file));
        }

        Assert.Equal(0, await Run("verify", "--skip-run", pack));
        File.Delete(Path.Combine(pack, "diffuser", "vae_decoder.data"));
        Assert.Equal(1, await Run("verify", pack));
    }

    [Fact]
    public async Task Synth_FolderExists_RefusedAndLeftAlone()
    {
        var kept = Path.Combine(folder, "kept");
        Directory.CreateDirectory(kept);
        await File.WriteAllTextAsync(Path.Combine(kept, "mine.txt"), "mine");
        Assert.Equal(1, await Run("synth", kept));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(kept, "mine.txt")));
    }

    [Fact]
    public async Task Synth_ConfigFolder_ReplacesThePresetsPart()
    {
        var configs = Path.Combine(folder, "configs");
        Directory.CreateDirectory(configs);
        await File.WriteAllTextAsync(
            Path.Combine(configs, "llama.json"),
            """{ "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 400, "max_position_embeddings": 64 }""");
        var pack = Path.Combine(folder, "pack");
        Assert.Equal(0, await Run("synth", pack, "--config", configs));
        Assert.Equal(32, PackFolder.Open(pack).Manifest.Assistant.HiddenSize);
        Assert.Equal(1, await Run("synth", Path.Combine(folder, "other"), "--config", folder));
    }

    [Theory]
    [InlineData("llama-published-sharded-bin")]
    [InlineData("vae-published")]
    [InlineData("cafe-assistant/cafe.safetensors")]
    public async Task Inspect_FolderOrFile_Described(string path) =>
        Assert.Equal(0, await Run("inspect", Goldens.Path(path.Split('/')), "--tensors"));

    [Theory]
    [InlineData("fp32")]
    [InlineData("fp16")]
    [InlineData("int4")]
    public async Task Verify_PackForCuda_RunsEveryGraphOnTheCpuProvider(string precision)
    {
        var pack = Path.Combine(folder, "pack");
        Assert.Equal(0, await Run("synth", pack, "--target", "cuda", "--precision", precision));
        Assert.Equal(PackTarget.Cuda, PackFolder.Open(pack).Manifest.Target);
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var code = VerifyCommand.Run(console, PackFolder.Open(pack), new SessionFactory(new SessionSettings()), TestContext.Current.CancellationToken);
        Assert.True(code == 0, output.ToString());
        Assert.Equal(GraphContracts.Of(PackFolder.Open(pack).Manifest).Count, output.ToString().Split(" ms").Length - 1);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    public async Task Inspect_Pack_EstimatesARunOfEveryGraphAndSaysWhatWasNeverRun(string target)
    {
        var pack = Path.Combine(folder, "pack");
        Assert.Equal(0, await Run("synth", pack, "--target", target, "--precision", "fp16"));
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 200;
        Assert.Equal(0, InspectCommand.Run(console, pack, listTensors: false));
        var graphs = output.ToString().Split('\n').Where(line => line.Contains(" fp16 ", StringComparison.Ordinal)).ToList();
        Assert.Equal(GraphContracts.Of(PackFolder.Open(pack).Manifest).Count, graphs.Count);
        Assert.All(graphs, line => Assert.Matches(@"\d+(\.\d+)? ([KMG]i)?B\s*│\s*$", line));
        Assert.Equal(target == "cuda", output.ToString().Contains("never run by the CUDA provider", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_ProviderThatIsNotThere_OneLineOfError()
    {
        var pack = Path.Combine(folder, "pack");
        Assert.Equal(0, await Run("synth", pack, "--target", "cuda"));
        Assert.Contains("no CUDAExecutionProvider", await Refusal("verify", pack), StringComparison.Ordinal);
        Assert.Contains("PluginPath", await Refusal("verify", pack, "--provider", "cudaPlugin"), StringComparison.Ordinal);
        Assert.Contains("PluginPath", await Refusal("verify", pack, "--provider", "cpu", "--plugin", "x.so"), StringComparison.Ordinal);
        Assert.Contains("no library at", await Refusal("verify", pack, "--provider", "cudaPlugin", "--plugin", "x.so"), StringComparison.Ordinal);
        Assert.Equal(0, await Run("verify", pack, "--skip-run"));
    }

    [Theory]
    [InlineData("synth", "日本")]
    [InlineData("synth", "pack", "--name", "Upper Case")]
    [InlineData("synth", "pack", "--version", "one two")]
    public async Task Synth_NameThatNoPackMayHave_RefusedAtOnceAndInADryRun(string command, string target, params string[] options)
    {
        foreach (var more in new string[][] { [], ["--dry-run"] })
        {
            var error = await Refusal([command, Path.Combine(folder, target), .. options, .. more]);
            Assert.Contains(options.Contains("--version") ? "version" : "name", error, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Build_PublishedFolders_APackWithWhatTheOptionsSay()
    {
        var published = PublishedFoldersOnDisk.Write(Path.Combine(folder, "published"), 5);
        var target = Path.Combine(folder, "built");
        string[] parts = ["--dinov2", published.Subject, "--clip", published.Clip, "--llama", published.Llama, "--cafe", published.Cafe];
        string[] diffusion = ["--diffusion", Path.GetDirectoryName(published.Unet)!];
        string[] options = ["--precision", "fp16", "--target", "cuda", "--name", "mine", "--version", "2.0", "--description", "Built here."];

        Assert.Equal(0, await Run(["build", target, .. parts, .. diffusion, .. options, "--dry-run"]));
        Assert.False(Directory.Exists(target));
        Assert.Contains("--diffusion, or --unet", await Refusal(["build", target, .. parts]), StringComparison.Ordinal);

        using var interrupted = new CancellationTokenSource();
        interrupted.Cancel();
        Assert.Equal(130, await ModelCommands.Create().Parse(["build", target, .. parts, .. diffusion, .. options]).InvokeAsync(null, interrupted.Token));
        Assert.Equal(["published"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));

        Assert.Equal(0, await Run(["build", target, .. parts, "--unet", published.Unet, "--vae", published.Vae, "--scheduler", published.Scheduler, .. options]));
        var manifest = PackFolder.Open(target).Manifest;
        Assert.Equal(("mine", "2.0", "Built here.", PackTarget.Cuda, PackPrecision.Fp16), (manifest.Name, manifest.Version, manifest.Description, manifest.Target, manifest.Parts.Assistant.Precision));
        Assert.Equal(0, await Run("verify", target, "--provider", "cpu"));
        Assert.Contains("exists already", await Refusal(["build", target, .. parts, .. diffusion]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_PartThatDoesNotFit_OneLineOfErrorAndNothingLeft()
    {
        var published = PublishedFoldersOnDisk.Write(Path.Combine(folder, "published"), 5);
        var config = Path.Combine(published.Unet, "config.json");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("\"in_channels\": 4", "\"in_channels\": 9", StringComparison.Ordinal));
        string[] all =
        [
            "build", Path.Combine(folder, "built"), "--dinov2", published.Subject, "--clip", published.Clip, "--llama", published.Llama, "--cafe", published.Cafe,
            "--diffusion", Path.GetDirectoryName(published.Unet)!,
        ];
        Assert.Contains("'in_channels' is 9", await Refusal([.. all, "--dry-run"]), StringComparison.Ordinal);
        Assert.Contains("'in_channels' is 9", await Refusal(all), StringComparison.Ordinal);
        Assert.Equal(["published"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Inspect_NoSuchPath_OneLineOfError() => Assert.Equal(1, await Run("inspect", Path.Combine(folder, "absent")));

    // What a command that fails says on standard error: one message, wrapped as the terminal is wide, and no stack trace.
    private static async Task<string> Refusal(params string[] arguments)
    {
        var (before, errors) = (Console.Error, new StringWriter());
        Console.SetError(errors);
        try
        {
            Assert.Equal(1, await Run(arguments));
        }
        finally
        {
            Console.SetError(before);
        }

        var text = string.Join(' ', errors.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error:", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" at Cafe.", text, StringComparison.Ordinal);
        return text;
    }

    private static Task<int> Run(params string[] arguments) => ModelCommands.Create().Parse(arguments).InvokeAsync();

    private static void Flip(string path)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Position = file.Length / 2;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 1));
    }
}
