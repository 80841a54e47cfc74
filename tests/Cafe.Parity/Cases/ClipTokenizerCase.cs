using System.Text.Json;
using Cafe.Packs.Tokenizers;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>CLIP's byte-level BPE: texts to padded ids and their mask.</summary>
internal sealed class ClipTokenizerCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["tokenizer-clip"];

    public bool UsesGraphs => false;

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        var tokenizer = ClipTokenizer.Read(golden.File("vocab.json"), golden.File("merges.txt"));
        using var cases = JsonDocument.Parse(File.ReadAllText(golden.File("cases.json")));
        List<long> ids = [], expectedIds = [], masks = [], expectedMasks = [];
        foreach (var item in cases.RootElement.EnumerateArray())
        {
            var expected = Longs(item.GetProperty("ids"));
            var tokens = tokenizer.Encode(item.GetProperty("text").GetString()!, expected.Length);
            ids.AddRange(tokens.Ids);
            expectedIds.AddRange(expected);
            masks.AddRange(tokens.AttentionMask);
            expectedMasks.AddRange(Longs(item.GetProperty("attention_mask")));
        }

        yield return Comparison.Same("ids", ids, expectedIds);
        yield return Comparison.Same("attention_mask", masks, expectedMasks);
    }

    private static long[] Longs(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt64())];
}
