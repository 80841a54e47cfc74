using Cafe.Packs.Tokenizers;
using Cafe.Training.Conversations;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Samples;
using Cafe.Training.Tokenizers;
using static Cafe.Training.Tests.Tokenizers.StoredIds;
using ChatTurn = Cafe.Evaluation.Quadruplets.ChatTurn;

namespace Cafe.Training.Tests.Tokenizers;

public sealed class TokenColumnsTests : IDisposable
{
    private static readonly IReadOnlyList<ConversationLine> Lines = [.. Enumerable.Range(0, 40).Select(number =>
    {
        var facts = new PictureFacts(number % 2 == 0 ? "teapot" : "fire engine", SceneCatalog.All[number % SceneCatalog.All.Count], null, null);
        return new ConversationLine(number, number, number % SceneCatalog.All.Count, facts.Caption(1, number), new GrammarWriter().Write(facts, 1, number));
    })];

    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-tokens-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ClipTrain_Captions_TheServedTokenizerReadsThemInFewPieces()
    {
        var clip = Clip(out var count);
        Assert.InRange(count, ClipBpeTrainer.LeastVocabSize + 20, 700);
        Assert.Equal(count - 1, clip.EndId);
        var tokens = clip.Encode("Teapot on the beach", 16);
        Assert.Equal(count - 2, tokens.Ids[0]);
        Assert.InRange(tokens.AttentionMask.Sum(), 5, 8);
        Assert.DoesNotContain(clip.EndId, clip.Encode("quixotic zygote ☕", 40).Ids.Take(6).Select(id => (int)id));
    }

    [Fact]
    public void Write_Conversations_RowsDecodeToTheWords()
    {
        var words = Words();
        var columns = new TokenColumns(words, Clip(out _), new TokenColumnOptions { PromptPositions = 300, ReplyPositions = 200 });
        var store = Path.Combine(_folder, "store");

        // Sample 3 has no conversation; two more follow the last one.
        Assert.Equal(39, columns.Write(store, 42, Lines.Where(line => line.Sample != 3)));
        using var tokens = TensorStore.Open(store);
        Assert.Equal(42, tokens.Count);
        Assert.All(Row(tokens, SampleFields.Prompt, 3), id => Assert.Equal(-1, id));
        Assert.All(Row(tokens, TokenColumns.Text, 41), id => Assert.Equal(-1, id));
        foreach (var line in Lines.Where(line => line.Sample != 3))
        {
            var prompt = Filled(tokens, SampleFields.Prompt, line.Sample);
            var place = Row(tokens, SampleFields.ImagePosition, line.Sample)[0];
            var expected = ChatPrompt.Build(
                Packs.Manifest.ChatTemplate.Llama2, "", 1, 2, words,
                [.. line.Conversation.Turns.Select(turn => new Packs.Tokenizers.ChatTurn(turn.Role == ChatTurn.User ? ChatRole.User : ChatRole.Assistant, turn.Text))]);
            Assert.Equal([.. expected.BeforeImage, .. expected.AfterImage], prompt);
            Assert.Equal(expected.BeforeImage.Count, place);
            Assert.Equal([.. words.Encode(line.Conversation.Reply), 2], Filled(tokens, SampleFields.Reply, line.Sample));
            var text = Filled(tokens, TokenColumns.Text, line.Sample);
            Assert.Equal([.. expected.BeforeImage, .. words.Encode(line.Conversation.Description)], text.Take(place + words.Encode(line.Conversation.Description).Count));
            Assert.Equal(2, text[^1]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Write_RepliesThatNameTheSubject_TheNameIsFoundInThem(double inventedShare)
    {
        var words = Words();
        var store = Path.Combine(_folder, "names");
        new TokenColumns(words, Clip(out _), new TokenColumnOptions { PromptPositions = 300, ReplyPositions = 200, InventedShare = inventedShare, NameWords = ["fire", "pot"] }).Write(store, 40, Lines);
        using var tokens = TensorStore.Open(store);
        Assert.Contains(Lines, line => line.Conversation.NamesSubject);
        foreach (var line in Lines)
        {
            if (Row(tokens, SampleFields.Name, line.Sample) is not [>= 0 and var first, var count])
            {
                Assert.False(line.Conversation.NamesSubject);
                continue;
            }

            var reply = Filled(tokens, SampleFields.Reply, line.Sample);
            var name = words.Decode(reply.Skip(first).Take(count)).Trim();
            Assert.EndsWith("your", words.Decode(reply.Take(first)), StringComparison.Ordinal);
            Assert.Equal(inventedShare == 0, name == line.Conversation.Name);
            Assert.Contains(name, words.Decode(Filled(tokens, SampleFields.Prompt, line.Sample)), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Write_Captions_SettingsLeaveOutTheSubject()
    {
        var clip = Clip(out _);
        var store = Path.Combine(_folder, "settings");
        new TokenColumns(Words(), clip, new TokenColumnOptions { PromptPositions = 300, ReplyPositions = 200 }).Write(store, 41, Lines);
        using var tokens = TensorStore.Open(store);
        Assert.All(Lines, line => Assert.Equal(
            clip.Encode(line.Caption.Replace("teapot ", "", StringComparison.Ordinal).Replace("fire engine ", "", StringComparison.Ordinal), 32).Ids, Row(tokens, SampleFields.Setting, line.Sample).Select(id => (long)id)));
        Assert.All(Row(tokens, SampleFields.Setting, 40), id => Assert.Equal(-1, id));
    }

    [Fact]
    public void Write_CaptionWithoutTheSubject_HasNoSetting()
    {
        var store = Path.Combine(_folder, "other");
        new TokenColumns(Words(), Clip(out _), new TokenColumnOptions { PromptPositions = 300, ReplyPositions = 200 }).Write(store, 1, [Lines[0] with { Caption = "on the beach" }]);
        using var tokens = TensorStore.Open(store);
        Assert.Contains(Row(tokens, SampleFields.Caption, 0), id => id >= 0);
        Assert.All(Row(tokens, SampleFields.Setting, 0), id => Assert.Equal(-1, id));
    }

    [Fact]
    public void Write_LongConversation_IsDropped()
    {
        var columns = new TokenColumns(Words(), Clip(out _), new TokenColumnOptions { ReplyPositions = 8 });
        Assert.Equal(0, columns.Write(Path.Combine(_folder, "short"), 40, Lines));
    }

    [Fact]
    public void Write_OutOfOrder_SaysWhere() =>
        Assert.Throws<InvalidDataException>(() => new TokenColumns(Words(), Clip(out _), new TokenColumnOptions()).Write(Path.Combine(_folder, "order"), 40, Lines.Reverse()));

    private static SentencePieceTokenizer Words() => new(SentencePieceModel.Parse(SentencePieceWriter.Write(BpeTrainer.Train(
        Lines.SelectMany(line => line.Conversation.Turns.Select(turn => turn.Text).Append(line.Conversation.Reply)), new BpeTrainerOptions { VocabSize = 600 }))));

    private ClipTokenizer Clip(out int count)
    {
        var (vocab, merges) = (Path.Combine(_folder, "vocab.json"), Path.Combine(_folder, "merges.txt"));
        count = ClipBpeTrainer.Train(Lines.Select(line => line.Caption), 700, vocab, merges);
        return ClipTokenizer.Read(vocab, merges);
    }
}
