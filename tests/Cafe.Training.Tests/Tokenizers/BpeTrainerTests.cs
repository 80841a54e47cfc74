using Cafe.Packs.Tokenizers;
using Cafe.Training.Conversations;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Tokenizers;
using CsCheck;
using Microsoft.ML.Tokenizers;

namespace Cafe.Training.Tests.Tokenizers;

public sealed class BpeTrainerTests
{
    // Room for the grammar's words.
    private const int Size = 1024;

    private static readonly IReadOnlyList<string> Corpus = [.. Enumerable.Range(0, 600).SelectMany(number =>
    {
        var facts = new PictureFacts(new[] { "teapot", "dog", "grapes" }[number % 3], SceneCatalog.All[number % SceneCatalog.All.Count], null, null);
        var conversation = new GrammarWriter().Write(facts, 1, number);
        return conversation.Turns.Select(turn => turn.Text).Append(conversation.Reply);
    })];

    private static readonly byte[] Model = SentencePieceWriter.Write(BpeTrainer.Train(Corpus, new BpeTrainerOptions { VocabSize = Size }));

    private static readonly string[] Texts =
    [
        "Put this teapot on the beach.", "now in the snow instead", "  two  spaces and a\ttab\n", "café ☕ 日本語 🫖", "12345 is 6 digits short of 11", "</s><s>[INST]", "",
        "Unseen words: zygote, quixotic; \"quoted\"?",
    ];

    [Fact]
    public void Write_Model_MicrosoftMLTokenizersReadsItAndAgreesWithTheServedTokenizer()
    {
        using var stream = new MemoryStream(Model);
        var theirs = LlamaTokenizer.Create(stream, addBeginOfSentence: false, addEndOfSentence: false);
        var ours = new Cafe.Packs.Tokenizers.SentencePieceTokenizer(SentencePieceModel.Parse(Model));
        Assert.Equal(Size, ours.Count);
        foreach (var text in Texts.Concat(Corpus.Take(200)))
        {
            Assert.Equal(theirs.EncodeToIds(text), ours.Encode(text));
        }
    }

    [Fact]
    public void Encode_AnyText_DecodesToItself()
    {
        using var stream = new MemoryStream(Model);
        var tokenizer = LlamaTokenizer.Create(stream, addBeginOfSentence: false, addEndOfSentence: false);
        Gen.String.Where(text => text.All(letter => !char.IsSurrogate(letter) && letter != '\u2581' && letter != '\0')).Sample(
            text => Assert.Equal(text, tokenizer.Decode(tokenizer.EncodeToIds(text))), iter: 300);
    }

    [Fact]
    public void Train_Conversations_MakesThemShort()
    {
        var tokenizer = new Cafe.Packs.Tokenizers.SentencePieceTokenizer(SentencePieceModel.Parse(Model));
        var (characters, tokens) = (Corpus.Sum(text => text.Length), Corpus.Sum(text => tokenizer.Encode(text).Count));
        Assert.True(characters > 4 * tokens, $"{characters} characters in {tokens} tokens");
    }

    [Fact]
    public void Train_KnownCounts_MergesTheMostFrequentPairFirst()
    {
        var vocabulary = BpeTrainer.Train(["low low low lower lower newest newest newest newest newest newest widest widest"], new BpeTrainerOptions { VocabSize = 259 + 30 });
        Assert.Equal("es", vocabulary.Merged[0]);
        Assert.Equal("est", vocabulary.Merged[1]);
        Assert.Contains("\u2581newest", vocabulary.Merged);
        Assert.Contains("\u2581low", vocabulary.Merged);
    }

    [Fact]
    public void Train_Twice_GivesTheSameBytes() =>
        Assert.Equal(Model, SentencePieceWriter.Write(BpeTrainer.Train(Corpus, new BpeTrainerOptions { VocabSize = Size })));

    [Fact]
    public void Train_Pieces_NeverHoldASpaceInsideOrTwoDigits()
    {
        var vocabulary = BpeTrainer.Train(["in 2024 and 2024, in 2024 and 2024! in and"], new BpeTrainerOptions { VocabSize = 320 });
        Assert.All(vocabulary.Merged, piece =>
        {
            Assert.DoesNotContain('\u2581', piece[1..]);
            Assert.True(piece.Count(char.IsDigit) == 0, piece);
        });
    }

    [Fact]
    public void Train_NoText_SaysSo() => Assert.Throws<InvalidDataException>(() => BpeTrainer.Train([""], new BpeTrainerOptions()));

    [Fact]
    public void Train_VocabularyTooSmall_NamesTheOption() =>
        Assert.Equal("VocabSize", Assert.Throws<ArgumentOutOfRangeException>(() => BpeTrainer.Train(["a"], new BpeTrainerOptions { VocabSize = 259 })).ParamName);
}
