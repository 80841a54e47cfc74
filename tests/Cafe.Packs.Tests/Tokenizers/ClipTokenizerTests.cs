using System.Text.Json;
using Cafe.Packs.Tokenizers;
using Cafe.Testing;
using CsCheck;

namespace Cafe.Packs.Tests.Tokenizers;

public sealed class ClipTokenizerTests
{
    private static readonly ClipTokenizer Tokenizer =
        ClipTokenizer.Read(Goldens.Path("tokenizer-clip", "vocab.json"), Goldens.Path("tokenizer-clip", "merges.txt"));

    [Fact]
    public void Encode_EveryGoldenCase_GivesTheReferencesIdsAndMask()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Goldens.Path("tokenizer-clip", "cases.json")));
        Assert.NotEmpty(cases.RootElement.EnumerateArray());
        foreach (var golden in cases.RootElement.EnumerateArray())
        {
            var tokens = Tokenizer.Encode(golden.GetProperty("text").GetString()!);
            Assert.Equal(golden.GetProperty("ids").EnumerateArray().Select(x => x.GetInt64()), tokens.Ids);
            Assert.Equal(golden.GetProperty("attention_mask").EnumerateArray().Select(x => x.GetInt64()), tokens.AttentionMask);
        }
    }

    [Fact]
    public void Encode_AnyText_FillsThePositionsWithOneBeginAndAMaskedEnd() =>
        Gen.String[0, 100].Sample(
            text =>
            {
                var tokens = Tokenizer.Encode(text);
                Assert.Equal(77, tokens.Ids.Length);
                var used = (int)tokens.AttentionMask.Sum();
                Assert.InRange(used, 2, 77);
                Assert.Equal(Tokenizer.EndId, tokens.Ids[used - 1]);
            },
            iter: 300);

    [Theory]
    [InlineData("<|endoftext|>")]
    [InlineData("<|startoftext|>")]
    public void Encode_TextThatSpellsAMarker_IsOrdinaryText(string text)
    {
        var tokens = Tokenizer.Encode(text);
        Assert.True(tokens.AttentionMask.Sum() > 3);
    }

    [Theory]
    [InlineData("A\u030A", "\u00C5")] // a pair composes
    [InlineData("\u212B", "\u00C5")] // a singleton is replaced
    [InlineData("a\u0323\u0302", "\u1EAD")] // marks in order
    [InlineData("a\u0302\u0323", "\u1EAD")] // and out of order
    [InlineData("\u1112\u1161\u11AB", "\uD55C")] // Hangul
    [InlineData("\u0958", "\u0915\u093C")] // an exclusion stays apart
    public void Encode_CanonicallyEqualTexts_GiveTheSameIds(string left, string right) =>
        Assert.Equal(Tokenizer.Encode(right).Ids, Tokenizer.Encode(left).Ids);

    [Fact]
    public void Construct_MergeOutsideTheVocabulary_IsRefusedByItsPieces()
    {
        var vocab = new Dictionary<string, int> { ["<|startoftext|>"] = 0, ["<|endoftext|>"] = 1 };
        var error = Assert.Throws<InvalidDataException>(() => new ClipTokenizer(vocab, [("a", "b")]));
        Assert.Contains("'a' 'b'", error.Message, StringComparison.Ordinal);
    }
}
