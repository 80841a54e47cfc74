using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs.Onnx;
using Cafe.Packs.Manifest;
using Google.Protobuf;

namespace Cafe.Modeling.Tests.Building;

public sealed class PackedWeightsTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Read_GraphsOfAPack_ThePublishedTensors()
    {
        using var sources = SyntheticSources.Create(ModelConfigs.For(ModelPreset.Tiny), SynthPack.Identity("tiny", ModelPreset.Tiny), 3);
        var pack = Path.Combine(scratch.Path, "pack");
        PackBuilder.Build(sources, new PackBuildOptions(), pack);
        using var unet = PackedWeights.Read(Path.Combine(pack, "diffuser", "unet.onnx"));
        using var conditioner = PackedWeights.Read(Path.Combine(pack, "diffuser", "conditioner.onnx"));
        var packed = unet.Tensors.Concat(conditioner.Tensors).ToDictionary(t => t.Name);
        Assert.Equal(sources.UnetWeights.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), packed.Keys.Order(StringComparer.Ordinal));
        Assert.All(sources.UnetWeights.Tensors, published =>
        {
            Assert.Equal(published.Shape, packed[published.Name].Shape);
            Assert.Equal(published.ReadFloats(), packed[published.Name].ReadFloats());
        });
    }

    [Theory]
    [InlineData("encoder/subject.onnx", PackPrecision.Fp32, "embeddings.position_embeddings.4x4")]
    [InlineData("assistant/decoder.onnx", PackPrecision.Int4, "can't be had again")]
    public void Read_WeightInAFormThatCantBeUndone_RefusedByName(string graph, PackPrecision precision, string named)
    {
        var pack = Path.Combine(scratch.Path, "pack");
        SynthPack.Build(pack, ModelPreset.Tiny, options: new PackBuildOptions(Precision: precision));
        Assert.Contains(named, Assert.Throws<CheckpointException>(() => PackedWeights.Read(Path.Combine(pack, graph))).Message);
    }

    [Fact]
    public void Read_DataPastTwoGibibytes_Read()
    {
        const long Start = 3L << 30;
        using (var data = File.Create(Path.Combine(scratch.Path, "large.data")))
        {
            // A hole, and four numbers behind it.
            data.Position = Start;
            data.Write(Checkpoints.Pickle.Floats(4));
        }

        using var weights = PackedWeights.Read(Write("large", "large.data", $"{Start}", "16"));
        Assert.Equal([0f, 1f, 2f, 3f], weights["w"].ReadFloats());
    }

    [Theory]
    [InlineData("small.data", "8", "16", "within the file's 16")]
    [InlineData("small.data", "0", "12", "not its 16 bytes")]
    [InlineData("small.data", "-1", "16", "no whole number")]
    [InlineData("small.data", "9223372036854775800", "16", "within the file's 16")]
    [InlineData("small.data", "none", "16", "no whole number")]
    [InlineData("../small.data", "0", "16", "no file beside the graph")]
    [InlineData("absent.data", "0", "16", "can't be opened")]
    public void Read_DataThatIsNotThere_Refused(string location, string offset, string length, string reason)
    {
        File.WriteAllBytes(Path.Combine(scratch.Path, "small.data"), Checkpoints.Pickle.Floats(4));
        Assert.Contains(reason, Assert.Throws<CheckpointException>(() => PackedWeights.Read(Write("small", location, offset, length))).Message);
    }

    // A graph of one weight of four numbers.
    private string Write(string name, string location, string offset, string length)
    {
        var tensor = new TensorProto { Name = "w", DataType = 1, Dims = { 4 }, DataLocation = TensorProto.Types.DataLocation.External };
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
        {
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        var path = Path.Combine(scratch.Path, name + ".onnx");
        File.WriteAllBytes(path, new ModelProto { Graph = new GraphProto { Initializer = { tensor } } }.ToByteArray());
        return path;
    }
}
