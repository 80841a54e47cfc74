using System.Text.Json;
using Cafe.Packs.Tokenizers;
using Cafe.Training.Conversations;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Samples;
using Cafe.Training.Stages;
using Cafe.Training.Tests.Running;
using Cafe.Training.Tokenizers;
using static Cafe.Training.Tests.Tokenizers.StoredIds;

namespace Cafe.Training.Tests.Tokenizers;

public sealed class RecitalStageTests : IDisposable
{
    private static readonly IReadOnlyList<ConversationLine> Lines = [.. new[] { "teapot", "fire engine", "panda" }.Select((name, number) =>
    {
        var facts = new PictureFacts(name, SceneCatalog.All[number], null, null);
        return new ConversationLine(number, number, number, facts.Caption(1, number), new GrammarWriter().Write(facts, 1, number));
    })];

    private readonly TemporaryFolder _folder = new();

    public RecitalStageTests()
    {
        Directory.CreateDirectory(_folder.File("part"));
        ConversationFile.Write(_folder.File("part", "conversations.jsonl"), Lines);
        Vocabularies.Train(Lines, _folder.File("words"), 400, 520);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_Lists_EveryNameIsSaidAgainOnce()
    {
        Run("lists", 60);
        using var lists = TensorStore.Open(_folder.File("lists"));
        var words = SentencePieceTokenizer.Read(_folder.File("words", "tokenizer.model"));
        Assert.Equal(60, lists.Count);
        var orders = 0;
        for (var row = 0L; row < lists.Count; row++)
        {
            var (text, reply) = (Filled(lists, SampleFields.Text, row), Filled(lists, SampleFields.Reply, row));
            Assert.Equal(reply, text[^reply.Length..]);
            Assert.Equal(2, reply[^1]);
            var asked = words.Decode(text[..^reply.Length]).Replace("[INST]", "", StringComparison.Ordinal).Replace("[/INST]", "", StringComparison.Ordinal).Trim();
            var (listed, said) = (asked.Split(", "), words.Decode(reply[..^1]).Trim().Split(", "));
            Assert.Equal(listed.Order(), said.Order());
            Assert.InRange(listed.Length, 1, 8);
            Assert.All(Row(lists, SampleFields.Name, row), place => Assert.Equal(-1, place));
            orders += listed.SequenceEqual(said) ? 0 : 1;
        }

        Assert.InRange(orders, 45, 60);
    }

    [Fact]
    public void Run_RowsAreAsWideAsThoseOfTheConversations_BothAreOneSource()
    {
        Run("lists", 5);
        new TokenColumns(
            SentencePieceTokenizer.Read(_folder.File("words", "tokenizer.model")), ClipTokenizer.Read(_folder.File("words", "vocab.json"), _folder.File("words", "merges.txt")), new TokenColumnOptions())
            .Write(_folder.File("tokens"), 3, Lines);
        using var lists = TensorStore.Open(_folder.File("lists"));
        using var tokens = TensorStore.Open(_folder.File("tokens"));
        var both = new ConcatenatedSource(tokens, lists);
        Assert.Equal(8, both.Count);
        Assert.All([SampleFields.Text, SampleFields.Reply, SampleFields.Name], field => Assert.True(both.Has(field)));
    }

    [Fact]
    public void Run_TheSameSeed_TheSameLists()
    {
        Run("one", 20);
        Run("two", 20);
        Run("other", 20, seed: 8);
        var one = File.ReadAllBytes(_folder.File("one", "text.bin"));
        Assert.Equal(one, File.ReadAllBytes(_folder.File("two", "text.bin")));
        Assert.NotEqual(one, File.ReadAllBytes(_folder.File("other", "text.bin")));
    }

    [Fact]
    public void Run_NoLists_NamesTheSetting() => Assert.Contains("Count", Assert.ThrowsAny<ArgumentException>(() => Run("none", 0)).Message, StringComparison.Ordinal);

    [Fact]
    public void Run_PartWithoutNames_SaysWhichPart()
    {
        ConversationFile.Write(_folder.File("part", "conversations.jsonl"), Lines.Select(line => line with { Conversation = line.Conversation with { Description = "a picture" } }));
        Assert.Contains("'part'", Assert.Throws<ArgumentException>(() => Run("none", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoRoomForAName_NamesTheSettings() =>
        Assert.Contains("prompt_positions 9", Assert.Throws<ArgumentException>(() => Run("none", 1, promptPositions: 9)).Message, StringComparison.Ordinal);

    private void Run(string output, int count, int seed = 7, int promptPositions = 160) => new RecitalStage().Run(
        JsonSerializer.SerializeToElement(new { stage = "recitals", output, tokenizers = "words", part = "part", count, seed, prompt_positions = promptPositions }),
        new StageContext(_folder.Path, new SilentReport(), TimeProvider.System),
        CancellationToken.None);
}
