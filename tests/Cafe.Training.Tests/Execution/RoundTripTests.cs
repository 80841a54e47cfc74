using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Testing;
using Cafe.Training.Execution;
using Cafe.Training.Tests.Running;

namespace Cafe.Training.Tests.Execution;

/// <summary>Published checkpoints loaded into parameters and written again: the same tensors, byte for byte.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Published =>
        ["dinov2-mlp", "dinov2-swiglu", "vit-published-bin", "clip-published-bin", "llama-mha", "llama-tied-sharded-bf16", "llama-published-sharded-bin", "vae", "train-unet"];

    [Theory]
    [MemberData(nameof(Published))]
    public void ExportInto_LoadedCheckpoint_NothingIsLost(string name)
    {
        using var folder = new TemporaryFolder();
        using var published = Checkpoint.Open(Goldens.Path(name));
        using var parameters = new ParameterSet(ParameterSpec.Of(Graphs(name, published)));
        parameters.Load(n => published.TryGet(n, out var tensor) ? tensor : null);
        var path = Path.Combine(folder.Path, "model.safetensors");

        SafetensorsWriter.Write(path, parameters.ExportInto(published));

        using var written = Checkpoint.Open(path);
        Assert.Equal(published.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), written.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.All(published.Tensors, tensor =>
        {
            var other = written[tensor.Name];
            Assert.Equal((tensor.Type, tensor.ByteCount), (other.Type, other.ByteCount));
            Assert.Equal(tensor.Shape, other.Shape);
            Assert.True(Bytes(tensor).AsSpan().SequenceEqual(Bytes(other)), tensor.Name);
        });
    }

    [Fact]
    public void ExportInto_CheckpointOfAnotherModel_RefusedByName()
    {
        using var published = Checkpoint.Open(Goldens.Path("dinov2-mlp"));
        using var parameters = new ParameterSet([new ParameterSpec("absent.weight", [2])]);
        Assert.Contains("absent.weight", Assert.Throws<CheckpointException>(() => parameters.ExportInto(published)).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Graph> Graphs(string name, Checkpoint weights)
    {
        var config = CheckpointFolder.ReadConfig(Goldens.Path(name));
        return name.Split('-')[0] switch
        {
            "dinov2" => [Dinov2.Build(Dinov2Config.From(config), 28, 28)],
            "vit" => [Vit.Build(VitConfig.From(config))],
            "clip" => [Clip.BuildVision(ClipConfig.From(config)), Clip.BuildText(ClipConfig.From(config))],
            "llama" => [Llama.Plain(LlamaConfig.From(config))],
            "vae" => [AutoencoderKl.BuildEncoder(AutoencoderKlConfig.From(config)), AutoencoderKl.BuildDecoder(AutoencoderKlConfig.From(config))],
            "train" => [UNet.BuildWhole(UNetConfig.From(config, weights))],
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such kind of case."),
        };
    }

    private static byte[] Bytes(TensorSource tensor)
    {
        var bytes = new byte[tensor.ByteCount];
        tensor.Read(0, bytes);
        return bytes;
    }
}
