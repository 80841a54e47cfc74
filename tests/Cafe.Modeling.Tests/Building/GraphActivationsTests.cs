using Cafe.Modeling.Building;
using Cafe.Modeling.Building.Sizing;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Modeling.Graphs.Onnx;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Tests.Building;

public sealed class GraphActivationsTests : IDisposable
{
    private static readonly Dictionary<string, long> Sizes = new()
    {
        ["N"] = 2, ["B"] = 2, ["S"] = 5, ["M"] = 64, ["T"] = 17, ["n"] = 1, ["m"] = 17, ["H"] = 16, ["W"] = 24, ["h"] = 8, ["w"] = 12,
    };

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Peak_SmallGraph_WhatIsAliveAtOnce()
    {
        var builder = new GraphBuilder("small");
        var x = builder.Input("x", "N", 8);
        var a = builder.Root["a"].Linear(x, 8, 16, bias: false); // [N, 16], read twice: alive until the Add
        var b = builder.Root["b"].Linear(a, 16, 64, bias: false); // [N, 64]
        var c = builder.Root["c"].Linear(builder.Root.Sigmoid(b), 64, 16, bias: false); // [N, 16], while b is overwritten by its Sigmoid
        builder.Output("y", builder.Root.Add(a, c), "N", 16);
        var path = Write(builder.Build());

        Assert.Equal(4 * (16 + 64 + 16), GraphActivations.Peak(path, "small", new Dictionary<string, long> { ["N"] = 1 }));
        Assert.Equal(4 * (16 + 64 + 16) * 3, GraphActivations.Peak(path, "small", new Dictionary<string, long> { ["N"] = 3 }));
        Assert.Null(GraphActivations.Peak(path, "small", new Dictionary<string, long>()));
    }

    [Fact]
    public void Peak_OperatorThatIsNotKnown_NoEstimate()
    {
        var builder = new GraphBuilder("odd");
        builder.Output("y", builder.Root.Op("Einsum", [builder.Input("x", "N", 8)]), "N", 8);
        Assert.Null(GraphActivations.Peak(Write(builder.Build()), "odd", new Dictionary<string, long> { ["N"] = 1 }));
    }

    [Theory]
    [InlineData(PackTarget.Cpu, PackPrecision.Fp32)]
    [InlineData(PackTarget.Cpu, PackPrecision.Int4)]
    [InlineData(PackTarget.Cuda, PackPrecision.Fp16)]
    public void Shapes_EveryGraphOfAPack_EndInTheDeclaredOutputs(PackTarget target, PackPrecision precision)
    {
        var folder = Path.Combine(scratch.Path, "pack");
        SynthPack.Build(folder, ModelPreset.Tiny, options: new PackBuildOptions(target, precision));
        var graphs = Directory.GetFiles(folder, "*.onnx", SearchOption.AllDirectories);
        Assert.NotEmpty(graphs);
        foreach (var path in graphs)
        {
            // The autoencoder has pictures under H and W, and latents under h and w, four times as small.
            var sizes = Path.GetFileName(path).StartsWith("vae_", StringComparison.Ordinal) ? new Dictionary<string, long>(Sizes) { ["H"] = 32, ["W"] = 48 } : Sizes;
            var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph;
            var values = GraphActivations.Shapes(graph, sizes);
            Assert.True(values is not null, path);
            foreach (var output in graph.Output)
            {
                var declared = output.Type.TensorType;
                var inferred = values[output.Name];
                Assert.Equal(declared.ElemType, inferred.Type);
                Assert.Equal(declared.Shape.Dim.Count, inferred.Shape.Count);
                Assert.All(declared.Shape.Dim.Zip(inferred.Shape).Where(pair => pair.First.DimParam.Length == 0 || sizes.ContainsKey(pair.First.DimParam)), pair =>
                    Assert.Equal(pair.First.DimParam.Length == 0 ? pair.First.DimValue : sizes[pair.First.DimParam], pair.Second));
            }

            Assert.InRange(GraphActivations.Peak(path, path, sizes)!.Value, 1, 1 << 26);
        }
    }

    private string Write(Graph graph)
    {
        var path = Path.Combine(scratch.Path, graph.Name + ".onnx");
        GraphWriter.Write(graph, name => new RandomTensor(name, TensorType.Float32, [.. graph.PublishedWeights[name]], 0, 1), path);
        return path;
    }
}
