using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Modeling.Tests.Graphs;

public sealed class GraphWriterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-graph-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(GraphTarget.Standard, false)]
    [InlineData(GraphTarget.Cpu, false)]
    [InlineData(GraphTarget.Cpu, true)]
    [InlineData(GraphTarget.Cuda, true)]
    public void Write_TwoLayers_RunsFromExternalDataAsFromBytes(GraphTarget target, bool half)
    {
        var graph = TwoLayers(GraphOptions.For(target, half));
        var path = Path.Combine(folder, "two.onnx");
        var written = 0L;
        GraphWriter.Write(graph, Weights, path, n => written += n);
        var factory = new SessionFactory(new SessionSettings { Threads = 1 });

        using var fromFile = factory.Open(path);
        using var fromBytes = factory.Open("two", GraphWriter.ToBytes(graph, Weights));

        Assert.Equal(64 * 128 * 2 * (half ? 2 : 4), written);
        var expected = Reference();
        foreach (var session in new[] { fromFile, fromBytes })
        {
            var actual = Run(session);
            var largest = expected.Max(Math.Abs);
            Assert.All(expected.Zip(actual), p => Assert.InRange(Math.Abs(p.First - p.Second) / largest, 0, half ? 2e-2 : 1e-5));
        }
    }

    [Fact]
    public void Build_Nodes_AreNamedAfterTheModulePath()
    {
        var graph = TwoLayers(new GraphOptions());

        Assert.Contains(graph.Nodes, n => n is { Name: "/mlp/fc1/MatMul", Scope: "mlp.fc1" });
        Assert.Equal(["mlp.fc1.bias", "mlp.fc1.weight", "mlp.fc2.bias", "mlp.fc2.weight"], graph.PublishedWeights.Keys.Order());
        Assert.Equal([128L, 64L], graph.PublishedWeights["mlp.fc1.weight"]);
        Assert.Equal("y", graph.Nodes[^1].Outputs[0].Name);
    }

    [Fact]
    public void Write_MisshapenWeight_NamesTheTensorAndTheShape()
    {
        var graph = TwoLayers(new GraphOptions());

        var error = Assert.Throws<CheckpointException>(() => GraphWriter.ToBytes(graph, name => new RandomTensor(name, TensorType.Float32, [2, 2], 1, 1)));

        Assert.Contains("mlp.fc", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() =>
            GraphWriter.Write(TwoLayers(new GraphOptions()), Weights, Path.Combine(folder, "c.onnx"), _ => source.Cancel(), source.Token));
    }

    private static Graph TwoLayers(GraphOptions options)
    {
        var g = new GraphBuilder("two", options);
        var mlp = g.Root["mlp"];
        var h = mlp["fc1"].Linear(g.Input("x", "N", 64), 64, 128); // [N, 128]
        g.Output("y", mlp["fc2"].Linear(mlp.Silu(h), 128, 64), "N", 64);
        return g.Build();
    }

    private static TensorSource Weights(string name) =>
        new RandomTensor(name, TensorType.Float32, name.EndsWith("bias") ? [name.Contains("fc1") ? 128 : 64] : name.Contains("fc1") ? [128, 64] : [64, 128], 7, 0.2f);

    private static float[] Input() => new RandomTensor("x", TensorType.Float32, [3, 64], 7, 1).ReadFloats();

    private static float[] Run(ModelSession session)
    {
        using var x = Tensors.Of(Input(), 3, 64);
        using var result = session.Run(new Dictionary<string, OrtValue> { ["x"] = x });
        return result.Span<float>("y").ToArray();
    }

    private static float[] Reference()
    {
        var hidden = Linear(Input(), 64, 128, "mlp.fc1").Select(v => v / (1 + MathF.Exp(-v))).ToArray();
        return Linear(hidden, 128, 64, "mlp.fc2");
    }

    private static float[] Linear(float[] x, int from, int to, string name)
    {
        var weight = Weights(name + ".weight").ReadFloats();
        var bias = Weights(name + ".bias").ReadFloats();
        return [.. Enumerable.Range(0, x.Length / from).SelectMany(row => Enumerable.Range(0, to).Select(o =>
            bias[o] + Enumerable.Range(0, from).Sum(i => x[(row * from) + i] * weight[(o * from) + i])))];
    }
}
