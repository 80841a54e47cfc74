using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Cafe.Packs.Tokenizers;
using Cafe.Testing;
using CsCheck;

namespace Cafe.Packs.Tests.Tokenizers;

public sealed class SentencePieceTokenizerTests
{
    private static readonly byte[] File = System.IO.File.ReadAllBytes(Goldens.Path("tokenizer-llama", "tokenizer.model"));
    private static readonly string[] Spelled = ["</s>", "<s>", "<unk>", "<0x41>", " ", "dog", "</", "s>"];
    private static readonly SentencePieceTokenizer Tokenizer = new(SentencePieceModel.Parse(File));

    [Fact]
    public void IsCommon_IsTrueOfTheEarliestMergesAlone()
    {
        var common = Enumerable.Range(0, Tokenizer.Count).Where(Tokenizer.IsCommon).ToList();
        var least = common.Min(Tokenizer.Model.Score);
        Assert.InRange(common.Count, 1, 512);
        Assert.All(
            Enumerable.Range(0, Tokenizer.Count).Where(id => Tokenizer.Model.Kind(id) == PieceKind.Normal && !Tokenizer.IsCommon(id)),
            id => Assert.True(Tokenizer.Model.Score(id) <= least));
        Assert.False(Tokenizer.IsCommon(1)); // a control piece
    }

    [Fact]
    public void BeginsWord_IsTrueOfAWordsFirstPieceAlone()
    {
        var ids = Tokenizer.Encode("a dog");
        Assert.Equal(2, ids.Count(Tokenizer.BeginsWord));
        Assert.True(Tokenizer.BeginsWord(ids[0]));
    }

    [Fact]
    public void Encode_EveryGoldenCase_GivesTheReferencesIdsAndText()
    {
        using var cases = JsonDocument.Parse(System.IO.File.ReadAllText(Goldens.Path("tokenizer-llama", "cases.json")));
        Assert.NotEmpty(cases.RootElement.EnumerateArray());
        foreach (var golden in cases.RootElement.EnumerateArray())
        {
            var text = golden.GetProperty("text").GetString()!;
            var ids = Ints(golden.GetProperty("ids"));
            Assert.Equal(ids, Tokenizer.Encode(text));
            Assert.Equal(golden.GetProperty("decoded").GetString(), Tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Append_StreamOfTheGolden_WithholdsWhatIsIncompleteAndNeverRetracts()
    {
        using var golden = JsonDocument.Parse(System.IO.File.ReadAllText(Goldens.Path("tokenizer-llama", "streaming.json")));
        var ids = Ints(golden.RootElement.GetProperty("ids"));
        var after = golden.RootElement.GetProperty("text_after").EnumerateArray().Select(x => x.GetString()!).ToArray();
        var decoder = new SentencePieceStreamDecoder(Tokenizer);
        var text = "";
        for (var i = 0; i < ids.Length; i++)
        {
            text += decoder.Append(ids[i]);
            Assert.Equal(after[i].TrimEnd('\uFFFD'), text);
        }
    }

    [Fact]
    public void Append_AnyIds_ConcatenatesToTheWholeTextWithoutHalfCharacters() =>
        Gen.Int[0, Tokenizer.Count - 1].List[0, 30].Sample(
            ids =>
            {
                var decoder = new SentencePieceStreamDecoder(Tokenizer);
                var deltas = ids.Select(decoder.Append).ToList();
                deltas.Add(decoder.Finish());
                Assert.Equal(Tokenizer.Decode(ids), string.Concat(deltas));
                Assert.All(deltas, delta => Assert.True(delta.Length == 0 || !char.IsHighSurrogate(delta[^1])));
            },
            iter: 500);

    [Fact]
    public void Decode_OfEncode_GivesTheTextBack() =>
        Gen.String[Gen.Char[' ', '\uD7FF'], 0, 40].Where(text => !text.Contains('\u2581')).Sample(
            text => Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text))), iter: 500);

    [Fact]
    public void Decode_BytesThatFormNoCharacter_BecomeReplacementCharactersOneEach()
    {
        // E7 8C, then a letter: two bytes of a character that never comes.
        int[] ids = [0xE7 + 3, 0x8C + 3, 487, 0xFF + 3, 0xC3 + 3];
        Assert.Equal("\uFFFD\uFFFDa\uFFFD\uFFFD", Tokenizer.Decode(ids));
    }

    [Fact]
    public void Encode_TextThatSpellsMarkers_NeverGivesTheirIds()
    {
        // A vocabulary in which merges lead up to "</s>", "<s>" and "<unk>", as Llama's own does.
        string[] pieces = ["<", "/", ">", "</", "s>", "</s", "<s", "<u", "<un", "<unk", "k>"];
        var tokenizer = new SentencePieceTokenizer(SentencePieceModel.Parse(WithPieces(pieces)));
        Gen.Int[0, Spelled.Length - 1].Select(i => Spelled[i]).List[1, 12].Select(string.Concat).Sample(
            text =>
            {
                var ids = tokenizer.Encode(text);
                Assert.DoesNotContain(ids, id => tokenizer.Model.Kind(id) is PieceKind.Control or PieceKind.Unknown);
                Assert.Equal(text, tokenizer.Decode(ids));
            },
            iter: 300);
        Assert.Contains(tokenizer.Model.Text(tokenizer.Encode("a</s>")[^1]), pieces);
    }

    [Theory]
    [InlineData("xqzj", "x|qzj")] // the longest that begins here, though "qz" is declared, too, and "xq" would merge
    [InlineData("qz qzqz", "qz|\u2581|qz|qz")] // what is declared merges with nothing
    [InlineData("qqz", "q|qz")]
    [InlineData("q z", "q|\u2581|z")]
    [InlineData("xqx", "xq|x")]
    [InlineData("<user>z", "<user>|z")]
    public void Encode_DeclaredPieces_AreWholeWhereverTheTextSpellsThem(string text, string pieces)
    {
        byte[] file = [.. WithPieces(["q", "z", "x", "j", "xq", "zj", "\u2581qz", "qq"]), .. WithPieces(["qz", "qzj", "<user>"], PieceKind.UserDefined)[File.Length..]];
        var tokenizer = new SentencePieceTokenizer(SentencePieceModel.Parse(file));
        var ids = tokenizer.Encode("." + text);

        // After the dot, and the space that is put before it.
        Assert.Equal(pieces.Split('|'), ids.Skip(Tokenizer.Encode(".").Count).Select(tokenizer.Model.Text));
        Assert.Equal("." + text, tokenizer.Decode(ids));
    }

    [Fact]
    public void Append_IdOutsideTheVocabulary_IsRefusedWithTheRange()
    {
        var decoder = new SentencePieceStreamDecoder(Tokenizer);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Append(Tokenizer.Count));
        Assert.Contains($"0 to {Tokenizer.Count - 1}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MutatedFiles_IsReadOrRefusedAndNothingElse() =>
        Gen.Select(Gen.Int[0, File.Length - 1], Gen.Byte, Gen.Int[0, File.Length]).Sample(
            (at, value, cut) =>
            {
                var mutated = File[..Math.Max(cut, at + 1)];
                mutated[at] = value;
                try
                {
                    _ = new SentencePieceTokenizer(SentencePieceModel.Parse(mutated)).Encode("a dog on the beach \u732B");
                }
                catch (InvalidDataException)
                {
                }
            },
            iter: 500);

    [Fact]
    public void Parse_UnigramModel_IsRefusedByName()
    {
        var error = Assert.Throws<InvalidDataException>(() => SentencePieceModel.Parse("\x12\x02\x18\x01"u8));
        Assert.Contains("model_type 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_TextOfThirtyTwoThousandCharacters_IsNotQuadratic()
    {
        var text = string.Concat(Enumerable.Repeat("the dog on the beach ", 1600));
        Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text)));
    }

    private static byte[] WithPieces(string[] texts, PieceKind kind = PieceKind.Normal)
    {
        var added = new List<byte>();
        var score = -1f;
        foreach (var text in texts)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            var bits = new byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(bits, score--);
            byte[] piece = [0x0A, (byte)utf8.Length, .. utf8, 0x15, .. bits, 0x18, (byte)kind];
            added.AddRange([0x0A, (byte)piece.Length, .. piece]);
        }

        return [.. File, .. added]; // repeated fields may follow the others
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetInt32())];
}
