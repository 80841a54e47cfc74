using Cafe.Modeling.Graphs;

namespace Cafe.Benchmarks.Graphs;

/// <summary>Runs every case in both runtimes, turn by turn so that a noisy machine disturbs both alike, and prints ratios.</summary>
internal sealed class GraphComparison(int rounds, int threads, Func<TimeSpan> clock, TextWriter output)
{
    public void Run(IEnumerable<GraphCase> cases)
    {
        output.WriteLine(FormattableString.Invariant($"{threads} threads, {rounds} rounds, medians; libtorch in its better layout"));
        output.WriteLine("libtorch by TorchSharp's bindings: attention, layer and group norms, convolutions and linear layers are native; RMS norm is six calls, rotary positions are composed,");
        output.WriteLine("and grouped keys and values are repeated before attention, since it binds neither rms_norm nor enable_gqa");
        output.WriteLine($"{"graph",-16} {"onnx ms",10} {"other ms",10} {"other",-20} {"ratio",6} {"goal",6} {"of peak",8} {"difference",11}");
        foreach (var definition in cases)
        {
            Compare(definition);
        }
    }

    private void Compare(GraphCase definition)
    {
        var folder = Directory.CreateTempSubdirectory("cafe-benchmark-").FullName;
        try
        {
            var graph = definition.Served();
            var path = Path.Combine(folder, "graph.onnx");
            GraphWriter.Write(graph, SyntheticTensors.WeightsOf(graph), path);
            var profile = Profile(definition, graph, path, folder);
            using var peak = new MatMulPeak(threads, clock);
            using var onnx = new OnnxSide(definition, graph, path, threads);
            onnx.Run();
            var results = new List<(string Layout, double Onnx, double Torch, double Difference)>();
            foreach (var channelsLast in definition.Standard is null ? [] : HasConvolutions(graph) ? new[] { false, true } : [false])
            {
                using var torch = new TorchSide(definition, definition.Standard!(), threads, channelsLast);
                torch.Run();
                var difference = RelativeDifference(onnx.OutputAlone(), torch.FirstOutput());
                var (onnxTime, torchTime) = Alternate(onnx.Run, torch.Run, peak);
                results.Add((channelsLast ? "torch channels last" : "torch", onnxTime, torchTime, difference));
            }

            if (definition.Baseline is { } other)
            {
                var baseline = other();
                var otherPath = Path.Combine(folder, "baseline.onnx");
                GraphWriter.Write(baseline, SyntheticTensors.WeightsOf(baseline), otherPath);
                using var side = new OnnxSide(definition, baseline, otherPath, threads);
                side.Run();
                var (onnxTime, baselineTime) = Alternate(onnx.Run, side.Run, peak);
                results.Add(("onnx fp32", onnxTime, baselineTime, RelativeDifference(onnx.FirstOutput(), side.FirstOutput())));
            }

            var best = results.MinBy(r => r.Torch / r.Onnx);
            output.WriteLine(FormattableString.Invariant(
                $"{definition.Name,-16} {best.Onnx * 1000,10:F1} {best.Torch * 1000,10:F1} {best.Layout,-20} {best.Torch / best.Onnx,6:F2} {definition.Goal,6:F2} {profile.Operations / best.Onnx / peak.Rate,8:P0} {best.Difference,11:E1}"));
            var total = profile.Seconds.Sum(s => s.Seconds);
            foreach (var (name, seconds, count) in profile.Seconds.TakeWhile(s => s.Seconds > 0.005 * total))
            {
                output.WriteLine(FormattableString.Invariant($"    {name,-28} {seconds / total,6:P1}  {count} nodes"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private OperatorProfile Profile(GraphCase definition, Graph graph, string path, string folder)
    {
        using var side = new OnnxSide(definition, graph, path, threads, Path.Combine(folder, "profile"));
        side.Run();
        side.Run();
        return OperatorProfile.Read(side.EndProfiling());
    }

    private (double First, double Second) Alternate(Action first, Action second, MatMulPeak peak)
    {
        var times = (First: new List<double>(), Second: new List<double>());
        for (var i = 0; i < rounds; i++)
        {
            times.First.Add(Time(first));
            times.Second.Add(Time(second));
            peak.Run();
        }

        return (Median.Of(times.First), Median.Of(times.Second));
    }

    private double Time(Action action)
    {
        var start = clock();
        action();
        return (clock() - start).TotalSeconds;
    }

    private static double RelativeDifference(float[] a, float[] b) =>
        a.Length == b.Length ? a.Zip(b).Max(p => Math.Abs((double)p.First - p.Second)) / b.Max(v => Math.Abs((double)v)) : double.PositiveInfinity;

    private static bool HasConvolutions(Graph graph) => graph.Nodes.Count(n => n.OpType == "Conv") > 1;
}
