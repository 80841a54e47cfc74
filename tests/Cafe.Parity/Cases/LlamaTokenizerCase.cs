using System.Text.Json;
using Cafe.Packs.Tokenizers;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>SentencePiece: texts to ids, ids to text, and the text after each id of a stream.</summary>
internal sealed class LlamaTokenizerCase : ICaseKind
{
    public IReadOnlyList<string> Prefixes => ["tokenizer-llama"];

    public bool UsesGraphs => false;

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        var tokenizer = SentencePieceTokenizer.Read(golden.File("tokenizer.model"));
        using var cases = JsonDocument.Parse(File.ReadAllText(golden.File("cases.json")));
        List<int> ids = [], expectedIds = [], begun = [], expectedBegun = [];
        var begin = Enumerable.Range(0, tokenizer.Count).First(id => tokenizer.Model.Kind(id) == PieceKind.Control && tokenizer.Model.Text(id) == "<s>");
        List<string> pieces = [], expectedPieces = [], texts = [], expectedTexts = [];
        foreach (var item in cases.RootElement.EnumerateArray())
        {
            var encoded = tokenizer.Encode(item.GetProperty("text").GetString()!);
            var expected = item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToList();
            ids.AddRange([.. encoded, -1]); // -1 ends a case, so that lengths can't make up for each other
            expectedIds.AddRange([.. expected, -1]);
            if (item.TryGetProperty("ids_bos", out var withBegin))
            {
                begun.AddRange([begin, .. encoded, -1]);
                expectedBegun.AddRange([.. withBegin.EnumerateArray().Select(id => id.GetInt32()), -1]);
            }

            pieces.AddRange(encoded.Select(tokenizer.Model.Text));
            expectedPieces.AddRange(item.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()!));
            texts.Add(tokenizer.Decode(expected));
            expectedTexts.Add(item.GetProperty("decoded").GetString()!);
        }

        yield return Comparison.Same("ids", ids, expectedIds);
        if (expectedBegun.Count > 0)
        {
            yield return Comparison.Same("ids_bos", begun, expectedBegun);
        }

        yield return Comparison.Same("pieces", pieces, expectedPieces);
        yield return Comparison.Same("decoded", texts, expectedTexts);

        using var streaming = JsonDocument.Parse(File.ReadAllText(golden.File("streaming.json")));
        var decoder = new SentencePieceStreamDecoder(tokenizer);
        var text = "";
        var after = streaming.RootElement.GetProperty("ids").EnumerateArray().Select(id => text += decoder.Append(id.GetInt32())).ToList();

        // The reference marks each byte of a character that is not complete; the stream withholds it.
        var expectedAfter = streaming.RootElement.GetProperty("text_after").EnumerateArray().Select(t => t.GetString()!.TrimEnd('\uFFFD')).ToList();
        yield return Comparison.Same("streaming", after, expectedAfter);
    }
}
