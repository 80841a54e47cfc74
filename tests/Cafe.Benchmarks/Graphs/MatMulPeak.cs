using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Benchmarks.Graphs;

/// <summary>The machine's own matrix-multiply rate, as ONNX Runtime and libtorch reach it: what every graph is measured against.</summary>
internal sealed class MatMulPeak : IDisposable
{
    private const int Size = 1536;
    private const double Operations = 2.0 * Size * Size * Size;

    private readonly ModelSession session;
    private readonly OrtValue input;
    private readonly Func<TimeSpan> clock;
    private double best = double.MaxValue;

    public MatMulPeak(int threads, Func<TimeSpan> clock)
    {
        this.clock = clock;
        var g = new GraphBuilder("peak");
        var x = g.Input("x", Size, Size);
        g.Output("y", g.Root["peak"].Linear(x, Size, Size, bias: false), Size, Size);
        var graph = g.Build();
        session = new SessionFactory(new SessionSettings { Threads = threads }).Open("peak", GraphWriter.ToBytes(graph, SyntheticTensors.WeightsOf(graph)));
        input = Tensors.Of(new RandomTensor("x", TensorType.Float32, [Size, Size], 1, 1).ReadFloats(), Size, Size);
    }

    /// <summary>The best rate so far, in operations a second (a multiplication and an addition are two).</summary>
    public double Rate => Operations / best;

    public void Run()
    {
        var start = clock();
        session.Run(new Dictionary<string, OrtValue> { ["x"] = input }).Dispose();
        best = Math.Min(best, (clock() - start).TotalSeconds);
    }

    public void Dispose()
    {
        input.Dispose();
        session.Dispose();
    }
}
