using Cafe.Inference.Language;
using Cafe.Modeling.Quantization;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>
/// A language model: embeddings to logits and hidden states, greedy tokens, and rows of unequal length; where the variant serves, by the cached form too, and with four-bit weights.
/// </summary>
internal sealed class LlamaCase : ICaseKind
{
    // Random weights are the worst case for four bits: this bounds nothing but nonsense. The figure is what is wanted.
    private const double Int4Tolerance = 10;

    public IReadOnlyList<string> Prefixes => ["llama-"];

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        using var graphs = new LlamaGraphs(golden, variant);
        var inputs = golden.Tensor("inputs_embeds").Floats();
        var (logits, hidden) = graphs.Run(inputs);
        yield return Comparison.Of("logits", logits, golden.Tensor("logits"));
        yield return Comparison.Of("last_hidden", hidden, golden.Tensor("last_hidden"));

        var rows = golden.Names("rows_ids_").Order(StringComparer.Ordinal).ToArray();
        foreach (var row in rows)
        {
            var last = graphs.RunLast(graphs.Embed(golden.Tensor(row).Longs()));
            var number = row["rows_ids_".Length..];
            yield return Comparison.Of($"rows_last_logits_{number}", last.Logits, golden.Tensor($"rows_last_logits_{number}"));
            yield return Comparison.Of($"rows_last_hidden_{number}", last.Hidden, golden.Tensor($"rows_last_hidden_{number}"));
        }

        var prompt = graphs.Embed(golden.Tensor("prompt_ids").Longs());
        var greedy = golden.Tensor("greedy_ids").Longs();
        if (variant.IsFloat32)
        {
            yield return Comparison.Same("greedy_ids", graphs.Greedy(prompt, greedy.Length), greedy);
        }

        if (!graphs.Serves)
        {
            yield break;
        }

        foreach (var comparison in Cached(golden, graphs, rows))
        {
            yield return comparison;
        }

        if (!variant.IsFloat32)
        {
            yield break;
        }

        var engine = graphs.Engine(golden);
        yield return Comparison.Same("greedy_ids cached", graphs.Greedy(engine, engine.TryAdmit()!, prompt, greedy.Length), greedy);
        foreach (var int4 in new[] { Int4Quantization.Symmetric, Int4Quantization.ZeroPoints })
        {
            var quantized = graphs.Engine(golden, int4);
            var last = graphs.Prefill(quantized, quantized.TryAdmit()!, inputs).Logits;
            var (expected, count) = (golden.Tensor("logits"), inputs.Length / graphs.Config.HiddenSize);
            var lastExpected = (expected with { Shape = expected.Shape[1..] }).Rows(count - 1, 1);
            yield return Comparison.Of($"logits int4 {int4}", last, lastExpected, Int4Tolerance) with { Note = "measured, not held to a tolerance" };
        }
    }

    // All rows but their last tokens one by one, the last ones in one call over rows of unequal length.
    private static IEnumerable<Comparison> Cached(GoldenCase golden, LlamaGraphs graphs, string[] rows)
    {
        var engine = graphs.Engine(golden);
        var slots = new List<DecoderSlot>();
        var last = new List<float>();
        foreach (var row in rows)
        {
            var ids = golden.Tensor(row).Longs();
            slots.Add(engine.TryAdmit()!);
            last.AddRange(graphs.Embed(ids[^1..]));
            if (ids.Length > 1)
            {
                graphs.Prefill(engine, slots[^1], graphs.Embed(ids[..^1]));
            }
        }

        var outputs = new DecoderOutput[rows.Length];
        engine.Step(slots, last.ToArray(), outputs);
        for (var i = 0; i < rows.Length; i++)
        {
            var number = rows[i]["rows_ids_".Length..];
            var logits = HostTensor.Of(outputs[i].Logits.Span, 1, outputs[i].Logits.Length);
            var hidden = HostTensor.Of(outputs[i].Hidden.Span, 1, outputs[i].Hidden.Length);
            yield return Comparison.Of($"rows_last_logits_{number} cached", logits, golden.Tensor($"rows_last_logits_{number}"));
            yield return Comparison.Of($"rows_last_hidden_{number} cached", hidden, golden.Tensor($"rows_last_hidden_{number}"));
        }
    }
}
