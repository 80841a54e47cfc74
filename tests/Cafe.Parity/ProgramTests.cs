using Cafe.Modeling.Checkpoints;
using Cafe.Testing;

namespace Cafe.Parity;

public sealed class ProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-parity-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Run_OneCase_PrintsATableAndSucceeds()
    {
        var output = new StringWriter();

        Assert.Equal(0, Program.Run([Goldens.Path(), "--only", "vit-dino"], output, TextWriter.Null));

        Assert.Contains("vit-dino", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 cases: 1 passed, 0 failed", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OutputsOfAnotherModel_Fails()
    {
        Copy("vit-dino");
        using (var io = Checkpoint.Open(Goldens.Path("vit-dino", "io.safetensors")))
        {
            var y = io["y"].ReadFloats();
            y[5] += 0.01f * y.Max(Math.Abs);
            SafetensorsWriter.Write(Path.Combine(folder, "vit-dino", "io.safetensors"), [io["x"], MemoryTensor.FromFloats("y", io["y"].Shape, y)]);
        }

        var output = new StringWriter();

        Assert.Equal(1, Program.Run([folder], output, TextWriter.Null));
        Assert.Contains("FAILED", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MissingWeight_FailsAndNamesIt()
    {
        Copy("vit-dino");
        using (var weights = Checkpoint.Open(Goldens.Path("vit-dino")))
        {
            SafetensorsWriter.Write(Path.Combine(folder, "vit-dino", "model.safetensors"), weights.Tensors.Where(t => t.Name != "layernorm.weight"));
        }

        var output = new StringWriter();

        Assert.Equal(1, Program.Run([folder], output, TextWriter.Null));
        Assert.Contains("missing: layernorm.weight", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train-unet", "lr 1e-3", "lr 2e-3", "after.")]
    [InlineData("train-unet", "weight decay 1e-2", "weight decay 5e-1", "after.")]
    [InlineData("train-assistant", "0.5 loss_d", "0.25 loss_d", "grad.")]
    public void Run_AnotherConstantInTheIndex_IsWhatIsComputedWith(string name, string says, string other, string differs)
    {
        Copy(name);
        var index = File.ReadAllText(Goldens.Path("index.json"));
        Assert.Contains(says, index, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "index.json"), index.Replace(says, other, StringComparison.Ordinal));
        var output = new StringWriter();

        Assert.Equal(1, Program.Run([folder, "--torch"], output, TextWriter.Null));
        Assert.Contains(output.ToString().Split('\n'), line => line.Contains(differs, StringComparison.Ordinal) && line.Contains("FAILED", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_NoIndexBesideATrainingCase_FailsAndSaysSo()
    {
        Copy("train-assistant");
        var output = new StringWriter();

        Assert.Equal(1, Program.Run([folder, "--torch"], output, TextWriter.Null));
        Assert.Contains("index.json", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnknownKind_Fails()
    {
        Directory.CreateDirectory(Path.Combine(folder, "mystery-1"));
        var output = new StringWriter();

        Assert.Equal(1, Program.Run([folder], output, TextWriter.Null));
        Assert.Contains("mystery-1", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_EmptyFolder_Fails() => Assert.Equal(1, Program.Run([folder], TextWriter.Null, TextWriter.Null));

    [Theory]
    [InlineData]
    [InlineData("no/such/folder")]
    [InlineData("a", "b")]
    [InlineData("a", "--what")]
    public void Run_WrongCall_ExplainsItself(params string[] args)
    {
        var errors = new StringWriter();

        Assert.Equal(2, Program.Run(args, TextWriter.Null, errors));
        Assert.NotEmpty(errors.ToString());
    }

    private void Copy(string name)
    {
        Directory.CreateDirectory(Path.Combine(folder, name));
        foreach (var file in Directory.GetFiles(Goldens.Path(name)))
        {
            File.Copy(file, Path.Combine(folder, name, Path.GetFileName(file)));
        }
    }
}
