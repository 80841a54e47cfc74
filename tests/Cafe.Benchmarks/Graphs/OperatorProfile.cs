using System.Text.Json;

namespace Cafe.Benchmarks.Graphs;

/// <summary>Where a run's time goes, from the runtime's own profile.</summary>
/// <param name="Seconds">By operator, in the last run.</param>
/// <param name="Operations">Multiplications and additions of convolutions, products and attention in it.</param>
internal sealed record OperatorProfile(IReadOnlyList<(string Operator, double Seconds, int Count)> Seconds, double Operations)
{
    public static OperatorProfile Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var events = document.RootElement.EnumerateArray().ToArray();
        var lastRun = events.Last(e => e.GetProperty("name").GetString() == "model_run").GetProperty("ts").GetInt64();
        var kernels = events
            .Where(e => e.GetProperty("cat").GetString() == "Node" && e.GetProperty("ts").GetInt64() >= lastRun && e.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
            .Select(e => (Name: e.GetProperty("args").GetProperty("op_name").GetString()!, Seconds: e.GetProperty("dur").GetInt64() * 1e-6, Args: e.GetProperty("args")))
            .ToArray();
        return new OperatorProfile(
            [.. kernels.GroupBy(k => k.Name).Select(g => (g.Key, g.Sum(k => k.Seconds), g.Count())).OrderByDescending(g => g.Item2)],
            kernels.Sum(k => OperationsOf(k.Name, k.Args)));
    }

    private static double OperationsOf(string name, JsonElement args)
    {
        var inputs = Shapes(args, "input_type_shape");
        var outputs = Shapes(args, "output_type_shape");
        if (outputs.Count == 0 || outputs[0].Length == 0)
        {
            return 0;
        }

        var elements = outputs[0].Aggregate(1.0, (product, size) => product * size);
        return name switch
        {
            "Conv" or "FusedConv" when inputs.Count > 1 => 2 * elements * inputs[1].Skip(1).Aggregate(1.0, (product, size) => product * size),
            "MatMul" or "Gemm" or "FusedMatMul" or "FusedGemm" or "MatMulNBits" when inputs.Count > 0 => 2 * elements * inputs[0][^1],
            // Two products for each query, key and channel.
            "MultiHeadAttention" when inputs.Count > 1 => 4 * elements * (inputs[1].Length == 4 ? inputs[1][2] : inputs[1][1]),
            _ => 0,
        };
    }

    private static List<long[]> Shapes(JsonElement args, string field) => args.TryGetProperty(field, out var list)
        ? [.. list.EnumerateArray().Select(t => t.EnumerateObject().First().Value.EnumerateArray().Select(v => v.GetInt64()).ToArray())]
        : [];
}
