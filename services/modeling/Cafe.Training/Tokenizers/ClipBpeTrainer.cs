using System.Text;
using System.Text.Json;
using Cafe.Packs.Tokenizers;

namespace Cafe.Training.Tokenizers;

/// <summary>Learns CLIP's byte-level vocabulary: vocab.json and merges.txt as published checkpoints have them.</summary>
public static class ClipBpeTrainer
{
    private const string WordEnd = "</w>";
    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Pieces that every vocabulary has: 256 characters, each also at a word's end, and the two markers.</summary>
    public const int LeastVocabSize = 256 + 256 + 2;

    /// <summary>Learns merges and writes the two files.</summary>
    /// <param name="lines">The text.</param>
    /// <param name="vocabSize">Pieces in all, from 514; fewer come out where the text has no more pairs.</param>
    /// <param name="vocabPath">The vocab.json to write.</param>
    /// <param name="mergesPath">The merges.txt to write.</param>
    /// <returns>The number of pieces. The end marker has the last id, as text towers that look for the highest expect.</returns>
    public static int Train(IEnumerable<string> lines, int vocabSize, string vocabPath, string mergesPath)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabSize, LeastVocabSize);
        var words = new Dictionary<string, (IReadOnlyList<string> Symbols, long Count)>(StringComparer.Ordinal);
        foreach (var symbols in lines.SelectMany(ClipTokenizer.Unmerged))
        {
            var word = string.Concat(symbols);
            words[word] = (symbols, words.GetValueOrDefault(word).Count + 1);
        }

        var merger = new PairMerger(int.MaxValue);
        foreach (var (_, (symbols, count)) in words.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            merger.Add(symbols, count);
        }

        var vocab = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var piece in ClipTokenizer.Alphabet.Concat(ClipTokenizer.Alphabet.Select(letter => letter + WordEnd)))
        {
            vocab.Add(piece, vocab.Count);
        }

        var merges = new StringBuilder("#version: 0.2\n");
        foreach (var (left, right) in merger.Merges().Take(vocabSize - LeastVocabSize))
        {
            merges.Append(left).Append(' ').Append(right).Append('\n');
            vocab.TryAdd(left + right, vocab.Count);
        }

        vocab.Add("<|startoftext|>", vocab.Count);
        vocab.Add("<|endoftext|>", vocab.Count);
        File.WriteAllText(vocabPath, JsonSerializer.Serialize(vocab, Json));
        File.WriteAllText(mergesPath, merges.ToString());
        return vocab.Count;
    }
}
