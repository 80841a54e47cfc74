using System.CommandLine;
using Cafe.Cli.Model;
using Cafe.Packs.Manifest;
using Cafe.Testing;

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

    [Fact]
    public async Task Inspect_NoSuchPath_OneLineOfError() => Assert.Equal(1, await Run("inspect", Path.Combine(folder, "absent")));

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
