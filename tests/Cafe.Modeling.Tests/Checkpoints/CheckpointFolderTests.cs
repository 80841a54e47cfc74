using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Tests.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void Open_NoWeights_ErrorListsTheNames()
    {
        var e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder));
        Assert.Contains("diffusion_pytorch_model.fp16.safetensors", e.Message);
    }

    [Fact]
    public void Open_BothPrecisions_FullOneIsRead()
    {
        Write("diffusion_pytorch_model.fp16.safetensors", "half");
        Write("diffusion_pytorch_model.safetensors", "full");
        using var checkpoint = Checkpoint.Open(folder);
        Assert.Equal("full", Assert.Single(checkpoint.Tensors).Name);
    }

    [Fact]
    public void Open_MissingShards_AllNamed()
    {
        Index("""{"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}""");
        var e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder));
        Assert.Contains("m-1.safetensors, m-2.safetensors", e.Message);
    }

    [Theory]
    [InlineData("../m.safetensors")]
    [InlineData("/etc/m.safetensors")]
    [InlineData("a\\\\m.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData(".safetensors")]
    [InlineData("")]
    public void Open_ShardIsNoPlainFileName_Refused(string shard)
    {
        Index($$$"""{"weight_map":{"a":"{{{shard}}}"}}""");
        Assert.Contains("plain file name", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder)).Message);
    }

    [Fact]
    public void Open_IndexAndShardsDiffer_EachDifferenceNamed()
    {
        Write("m-1.safetensors", "a", "extra");
        Write("m-2.safetensors", "b");
        Index("""{"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors","lost":"m-2.safetensors"}}""");
        var e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder));
        Assert.Contains("unexpected in m-1.safetensors: extra", e.Message);
        Assert.Contains("missing from m-2.safetensors: lost", e.Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"weight_map\":{\"a\":1}}")]
    [InlineData("{\"weight_map\":{\"a\":\"x.bin\",\"a\":\"x.bin\"}}")]
    [InlineData("not json")]
    [InlineData("{\"weight_map\":{\"a\":\"\\ud800\"}}")]
    [InlineData("{\"weight_map\":{\"\\ud800\":\"x.bin\"}}")]
    public void Open_DamagedIndex_Refused(string json)
    {
        Index(json);
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder));
    }

    [Fact]
    public void Open_EmptyFile_Refused()
    {
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), []);
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder));
    }

    [Fact]
    public void Rename_TwoTensorsOfOneName_Refused()
    {
        using var table = new TensorTable("t", [MemoryTensor.FromFloats("a.x", [1], [1]), MemoryTensor.FromFloats("a.y", [1], [1])]);
        Assert.Throws<CheckpointException>(() => table.Rename([new KeyRename(@"\.x$", ".y")]));
    }

    [Fact]
    public void Complete_EveryKindOfFault_AllListed()
    {
        using var table = new TensorTable("t", [MemoryTensor.FromFloats("shape", [2], [1, 2]), MemoryTensor.FromFloats("extra", [1], [1])]);
        var weights = new StrictWeights(table);
        weights.Take("shape", 3);
        weights.Take("gone", 1, 2);
        var e = Assert.Throws<CheckpointException>(weights.Complete);
        Assert.Contains("mis-shaped: shape is [2], should be [3]", e.Message);
        Assert.Contains("missing: gone [1, 2]", e.Message);
        Assert.Contains("unexpected: extra [1]", e.Message);
    }

    [Fact]
    public async Task Read_AfterDispose_FailsCleanly()
    {
        Write("model.safetensors", "a");
        var checkpoint = Checkpoint.Open(folder);
        var tensor = checkpoint["a"];
        checkpoint.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Task.Run(tensor.ReadFloats));
    }

    private void Write(string file, params string[] names) =>
        SafetensorsWriter.Write(Path.Combine(folder, file), names.Select(name => MemoryTensor.FromFloats(name, [1], [1])));

    private void Index(string json) => File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), json);
}
