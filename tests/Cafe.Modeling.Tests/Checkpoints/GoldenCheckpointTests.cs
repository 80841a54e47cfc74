using Cafe.Modeling.Checkpoints;
using Cafe.Testing;

namespace Cafe.Modeling.Tests.Checkpoints;

public sealed class GoldenCheckpointTests
{
    [Theory]
    [InlineData("dinov2-mlp")]
    [InlineData("clip-gelu")]
    [InlineData("llama-tied-sharded-bf16")]
    [InlineData("llama-published-sharded-bin")]
    [InlineData("vit-published-bin")]
    [InlineData("clip-published-bin")]
    [InlineData("vae-published")]
    [InlineData("unet-1token")]
    public void Open_PublishedFolder_EveryTensorReadsFiniteValues(string name)
    {
        using var checkpoint = Checkpoint.Open(Goldens.Path(name));
        Assert.NotEmpty(checkpoint.Tensors);
        foreach (var tensor in checkpoint.Tensors)
        {
            Assert.All(tensor.ReadFloats(), value => Assert.True(float.IsFinite(value)));
        }
    }

    [Theory]
    [InlineData("vit-published-bin", "vit-dino")]
    [InlineData("clip-published-bin", "clip-quickgelu")]
    [InlineData("llama-published-sharded-bin", "llama-mha")]
    public void Open_PyTorchFile_SameValuesAsItsSafetensorsTwin(string pickled, string twin)
    {
        using var actual = Checkpoint.Open(Goldens.Path(pickled));
        using var expected = Checkpoint.Open(Goldens.Path(twin));
        foreach (var tensor in expected.Tensors)
        {
            Assert.Equal(tensor.Shape, actual[tensor.Name].Shape);
            Assert.Equal(tensor.ReadFloats(), actual[tensor.Name].ReadFloats());
        }
    }

    [Fact]
    public void Rename_OlderAutoencoder_SameNamesAsThePresentOne()
    {
        using var older = Checkpoint.Open(Goldens.Path("vae-published")).Rename(KeyRename.AutoencoderAttention);
        using var present = Checkpoint.Open(Goldens.Path("vae"));
        Assert.Equal(present.Tensors.Select(Describe).Order(), older.Tensors.Select(Describe).Order());
        foreach (var tensor in present.Tensors)
        {
            // The older file is in half precision.
            var expected = tensor.Cast(TensorType.Float16).ReadFloats();
            Assert.Equal(expected, older[tensor.Name].ReadFloats());
        }

        static string Describe(TensorSource tensor) => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]";
    }

    [Fact]
    public void Complete_PublishedFileWithBuffers_OnlyTheUnusedPoolerIsUnexpected()
    {
        using var checkpoint = Checkpoint.Open(Goldens.Path("vit-published-bin"));
        using var used = Checkpoint.Open(Goldens.Path("vit-dino"));
        var weights = new StrictWeights(checkpoint, IgnoredNames.Buffers);
        foreach (var tensor in used.Tensors)
        {
            weights.Take(tensor.Name, tensor.Shape);
        }

        var e = Assert.Throws<CheckpointException>(weights.Complete);
        Assert.Equal(2, e.Message.Split('\n').Count(line => line.StartsWith("unexpected: pooler.", StringComparison.Ordinal)));
        Assert.Equal(3, e.Message.Split('\n').Length);
    }

    [Fact]
    public void ReadConfig_OlderLlama_AbsentAndNullFieldsFallBack()
    {
        var config = CheckpointFolder.ReadConfig(Goldens.Path("llama-published-sharded-bin"));
        Assert.Equal(64, config.Int("hidden_size"));
        Assert.Equal(4, config.Int("num_key_value_heads", config.Int("num_attention_heads")));
        Assert.False(config.Has("rope_scaling"));
        Assert.Equal(1e-5f, config.Float("rms_norm_eps"));
        Assert.Contains("'rope_theta'", Assert.Throws<CheckpointException>(() => config.Number("rope_theta")).Message);
    }

    [Fact]
    public void Read_SchedulerConfigWithBareInfinity_NumberIsNegativeInfinity()
    {
        var config = ModelConfig.Read(Goldens.Path("diffuser", "scheduler", "scheduler_config.json"));
        Assert.Equal(double.NegativeInfinity, config.Number("lambda_min_clipped"));
        Assert.Equal("dpmsolver++", config.Text("algorithm_type"));
    }
}
