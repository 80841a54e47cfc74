using Cafe.Packs.Graphs;
using Cafe.Packs.Tests.Manifest;

namespace Cafe.Packs.Tests.Graphs;

public sealed class GraphContractTests
{
    private static readonly GraphContract Image = GraphContracts.Of(SampleManifest.Create()).Single(contract => contract.Path == "encoder/image.onnx");
    private static readonly GraphContract Decoder = GraphContracts.Of(SampleManifest.Create()).Single(contract => contract.Path == "assistant/decoder.onnx");
    private static readonly GraphContract Conditioner = GraphContracts.Of(SampleManifest.Create()).Single(contract => contract.Path == "diffuser/conditioner.onnx");

    [Fact]
    public void Of_Sample_OneContractForEachGraph() => Assert.Equal(9, GraphContracts.Of(SampleManifest.Create()).Count);

    [Fact]
    public void Differences_SamePorts_None() => Assert.Empty(Image.Differences(Image.Inputs, Image.Outputs));

    [Fact]
    public void Differences_DimensionFreeWhereThePromiseFixesIt_None() =>
        Assert.Empty(Image.Differences([Image.Inputs[0] with { Shape = [-1, 3, -1, -1] }], Image.Outputs));

    [Theory]
    [InlineData(2L, 3L, 28L, 28L)]
    [InlineData(-1L, 3L, 56L, 28L)]
    [InlineData(-1L, 3L, 28L)]
    public void Differences_OtherShape_Told(params long[] shape) =>
        Assert.Contains("should be", Assert.Single(Image.Differences([Image.Inputs[0] with { Shape = shape }], Image.Outputs)));

    [Fact]
    public void Differences_MissingAndSurplusPorts_BothTold()
    {
        var differences = Image.Differences([Image.Inputs[0] with { Name = "pixels" }], Image.Outputs);
        Assert.Contains(differences, line => line.Contains("pixel_values", StringComparison.Ordinal) && line.EndsWith("is missing", StringComparison.Ordinal));
        Assert.Contains(differences, line => line.Contains("pixels", StringComparison.Ordinal) && line.EndsWith("not part of the format", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(GraphPortType.Float32, true)]
    [InlineData(GraphPortType.Float16, true)]
    [InlineData(GraphPortType.Int64, false)]
    public void Differences_CacheType_TheGraphsOwnRealType(GraphPortType type, bool kept)
    {
        GraphPort Typed(GraphPort port) => port.Type == GraphPortType.Own ? port with { Type = type } : port;
        Assert.Equal(kept, Decoder.Differences(Decoder.Inputs.Select(Typed), Decoder.Outputs.Select(Typed)).Count == 0);
    }

    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(2, 1, false)]
    [InlineData(0, 0, false)]
    public void Differences_KeysAndValues_OnceForEveryLayer(int keys, int values, bool kept)
    {
        var outputs = Series("semantic_key", keys).Concat(Series("subject_key", keys)).Concat(Series("semantic_value", values)).Concat(Series("subject_value", values));
        Assert.Equal(kept, Conditioner.Differences(Conditioner.Inputs, outputs).Count == 0);

        static IEnumerable<GraphPort> Series(string name, int count) => Enumerable.Range(0, count).Select(i => new GraphPort($"{name}.{i}", GraphPortType.Float32, [-1, 2, -1, 8]));
    }
}
