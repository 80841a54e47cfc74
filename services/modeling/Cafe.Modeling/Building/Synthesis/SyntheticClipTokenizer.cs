using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cafe.Modeling.Building;

/// <summary>vocab.json and merges.txt of CLIP's form and of any size: bytes, bytes at a word's end, merges made by rule, the two markers.</summary>
public static class SyntheticClipTokenizer
{
    private const string WordEnd = "</w>";
    private const int Bytes = 256;
    private const int Markers = 2;

    /// <param name="vocabSize">At least 514: both forms of every byte, and the markers.</param>
    public static ClipTokenizerFiles Create(int vocabSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabSize, (2 * Bytes) + Markers);
        var bytes = ByteCharacters().ToList();
        var merges = Merges().DistinctBy(merge => merge.Left + merge.Right).Take(vocabSize - (2 * Bytes) - Markers).ToList();
        var vocab = bytes.Concat(bytes.Select(text => text + WordEnd))
            .Concat(merges.Select(merge => merge.Left + merge.Right))
            .Concat(["<|startoftext|>", "<|endoftext|>"])
            .Index()
            .ToDictionary(item => item.Item, item => item.Index);
        var json = JsonSerializer.SerializeToUtf8Bytes(vocab, new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var text = string.Concat(merges.Select(merge => $"{merge.Left} {merge.Right}\n").Prepend("#version: 0.2\n"));
        return new ClipTokenizerFiles(json, Encoding.UTF8.GetBytes(text));
    }

    // A word is reached through its beginnings: "d o", "do g</w>".
    private static IEnumerable<(string Left, string Right)> Merges() => SyntheticWords.Common
        .Select(word => word.ToLowerInvariant())
        .Where(word => word.Length > 1)
        .SelectMany(word => Enumerable.Range(1, word.Length - 1).Select(length => (word[..length], word[length] + (length == word.Length - 1 ? WordEnd : ""))))
        .Concat(SyntheticWords.Combinations().SelectMany(text => new[] { (text[..^1], text[^1..]), (text[..^1], text[^1..] + WordEnd) }));

    // The printable characters stand for themselves, the other bytes for the code points from 256 on.
    private static IEnumerable<string> ByteCharacters()
    {
        var printable = Enumerable.Range('!', '~' - '!' + 1).Concat(Enumerable.Range(0xA1, 0xAC - 0xA1 + 1)).Concat(Enumerable.Range(0xAE, 0xFF - 0xAE + 1)).ToList();
        return printable.Concat(Enumerable.Range(Bytes, Bytes - printable.Count)).Select(letter => $"{(char)letter}");
    }
}
