using Cafe.Evaluation.Quadruplets;
using Cafe.Training.Conversations;
using Cafe.Training.Data;
using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Scenes;

namespace Cafe.Training.Tests.Conversations;

public sealed class GrammarWriterTests
{
    private static readonly IReadOnlyList<string> Words = InventedNames.WordsOf(["fire engine", "hot-air balloon", "panda"]);

    [Fact]
    public void Rename_WhatTheGrammarWrites_PutsOneNewNameInEveryPlaceOfTheOldOne()
    {
        var names = new HashSet<string>();
        var told = 0;
        for (var number = 0L; number < 500; number++)
        {
            var facts = Facts(number);
            var written = new GrammarWriter().Write(facts, 3, number);
            var renamed = written.Name is { } known ? InventedNames.Rename(written, known, InventedNames.Draw(known, Words, new SampleRandom(1, "names", number))) : written;
            var words = string.Join('\n', [.. renamed.Turns.Select(turn => turn.Text), renamed.Reply]);
            Assert.Equal(written.Description, renamed.Description);
            Assert.Equal(written.NamesSubject, !renamed.Equals(written));
            if (!written.NamesSubject)
            {
                continue;
            }

            var (start, end) = (written.Reply.IndexOf(facts.Subject, StringComparison.Ordinal), written.Reply.Length - written.Reply.IndexOf(facts.Subject, StringComparison.Ordinal) - facts.Subject.Length);
            var name = renamed.Reply[start..^end];
            names.Add(name);
            told++;
            Assert.DoesNotContain(facts.Subject, words, StringComparison.OrdinalIgnoreCase);
            Assert.Contains($"your {name}", renamed.Reply, StringComparison.Ordinal);
            Assert.Contains(renamed.Turns, turn => turn.Text.Contains(name, StringComparison.OrdinalIgnoreCase));
        }

        Assert.True(names.Count > 0.8 * told, $"{names.Count} of {told}");
    }

    [Fact]
    public void Draw_ManyNames_PutsKnownWordsTogetherAnew()
    {
        Assert.Equal(["air", "balloon", "engine", "fire", "hot", "panda"], Words);
        var names = Enumerable.Range(0, 2000).Select(number => InventedNames.Draw("panda", Words, new SampleRandom(1, "names", number))).ToList();
        Assert.Contains("fire balloon", names);
        Assert.Contains(names, name => !Words.Any(word => name.Contains(word, StringComparison.Ordinal)));
        Assert.All(names, name => Assert.DoesNotContain("panda", name, StringComparison.Ordinal));
        Assert.All(names, name => Assert.InRange(name.Split(' ', '-').Length, 1, 9));
        Assert.Contains(Enumerable.Range(0, 200).Select(number => InventedNames.Draw("fire engine", [], new SampleRandom(1, "names", number))), name => name.Contains("engine", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TemplateSet.Training)]
    [InlineData(TemplateSet.HeldOut)]
    public void Write_ManySamples_PassesTheFilterAndKeepsItsPromises(TemplateSet templates)
    {
        var writer = new GrammarWriter(templates);
        var kinds = new HashSet<ConversationKind>();
        for (var number = 0L; number < 4000; number++)
        {
            var facts = Facts(number);
            var conversation = writer.Write(facts, 3, number);
            Assert.Null(ConversationFilter.Refuse(conversation, facts));
            Assert.Equal(ChatTurn.User, conversation.Turns[^1].Role);
            Assert.Equal(1, conversation.Turns.Count % 2);
            Assert.Equal(conversation.NamesSubject, conversation.Reply.Contains(facts.Subject, StringComparison.Ordinal));
            Assert.Equal(
                conversation.NamesSubject,
                conversation.Turns.Any(turn => turn.Role == ChatTurn.User && turn.Text.Contains(facts.Subject, StringComparison.OrdinalIgnoreCase)));
            Assert.True(facts.Accessory is null || conversation.Reply.Contains(facts.Accessory.Phrase, StringComparison.Ordinal));
            Assert.True(facts.Look is null || conversation.Reply.Contains(facts.Look.Phrase, StringComparison.Ordinal));
            Assert.All(conversation.Turns, turn => Assert.DoesNotContain('{', turn.Text));
            kinds.Add(conversation.Kind);
        }

        Assert.Equal(6, kinds.Count);
    }

    [Fact]
    public void Write_VagueWish_NamesNoSceneButTheReplySuggestsOneFirst()
    {
        var scenes = new HashSet<string>();
        for (var number = 0L; number < 1500; number++)
        {
            var facts = Facts(number);
            var conversation = new GrammarWriter().Write(facts, 3, number);
            if (conversation.Kind == ConversationKind.Vague)
            {
                Assert.Empty(SceneMentions.All(conversation.Turns[0].Text));
                var suggestion = conversation.Reply[..(conversation.Reply.IndexOfAny(['.', '!', '?']) + 1)];
                Assert.Contains(GrammarTemplates.Places[facts.Scene.Name], suggestion, StringComparison.Ordinal);
                scenes.Add(facts.Scene.Name);
            }
        }

        Assert.True(scenes.Count >= 8);
    }

    [Fact]
    public void Write_FollowUp_ChangesTheFirstWish()
    {
        for (var number = 0L; number < 1500; number++)
        {
            var facts = Facts(number);
            var conversation = new GrammarWriter().Write(facts, 3, number);
            if (conversation.Kind == ConversationKind.FollowUp)
            {
                Assert.Equal(3, conversation.Turns.Count);
                Assert.Equal(ChatTurn.Assistant, conversation.Turns[1].Role);
                Assert.NotEqual(conversation.Turns[1].Text, conversation.Reply);
            }
        }
    }

    [Fact]
    public void Write_Training_SaysInOtherWordsWhatEveryAccessoryLookAndPlaceIs()
    {
        Assert.All(AccessoryCatalog.All, accessory => Assert.Contains(GrammarTemplates.Worn[accessory.Name][1..], words => Says(facts => facts.Accessory == accessory, words)));
        Assert.All(LookCatalog.All, look => Assert.Contains(GrammarTemplates.Rendered[look.Name][1..], words => Says(facts => facts.Look == look, words)));
        Assert.All(SceneCatalog.All, scene => Assert.Contains(GrammarTemplates.Hints[scene.Name], words => Says(facts => facts.Scene == scene, words)));

        static bool Says(Func<PictureFacts, bool> which, string words) => Enumerable.Range(0, 1000)
            .Where(number => which(Facts(number)))
            .Any(number => new GrammarWriter().Write(Facts(number), 3, number).Turns[^1].Text.Contains(words, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Write_SameNumber_SameWords() =>
        Assert.Equal(new GrammarWriter().Write(Facts(5), 9, 5).Reply, new GrammarWriter().Write(Facts(5), 9, 5).Reply);

    [Fact]
    public void Write_TheTwoTemplateSets_ShareNoInstruction()
    {
        var facts = new PictureFacts("teapot", SceneCatalog.All[0], null, null);
        var training = Texts(TemplateSet.Training);
        Assert.Empty(training.Intersect(Texts(TemplateSet.HeldOut)));
        Assert.True(training.Count > 100);

        HashSet<string> Texts(TemplateSet templates) =>
        [
            .. Enumerable.Range(0, 3000).Select(number => new GrammarWriter(templates).Write(facts, 1, number))
                .Where(conversation => conversation.Kind is ConversationKind.Instruction or ConversationKind.Question or ConversationKind.Vague)
                .Select(conversation => conversation.Turns[0].Text),
        ];
    }

    [Fact]
    public void Write_Training_AsksInManyMoreWaysThanItHasLines_AndInNoHeldOutOne()
    {
        var facts = new PictureFacts("teapot", SceneCatalog.All[0], null, null);
        Wording[] wordings = [GrammarTemplates.Captions, GrammarTemplates.Instructions, GrammarTemplates.Questions];
        var texts = Enumerable.Range(0, 6000).Select(number => new GrammarWriter().Write(facts, 1, number))
            .Where(conversation => conversation is { NamesSubject: true, Kind: ConversationKind.Caption or ConversationKind.Instruction or ConversationKind.Question })
            .Select(conversation => conversation.Turns[0].Text).ToList();
        var beginnings = texts.Select(text => text[..text.IndexOf("teapot", StringComparison.OrdinalIgnoreCase)]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.True(beginnings.Count > 4 * wordings.Sum(wording => wording.Training.Length));
        Assert.All(
            wordings.SelectMany(wording => wording.HeldOut).Select(line => line[..line.IndexOf('{', StringComparison.Ordinal)]),
            heldOut => Assert.DoesNotContain(beginnings, beginning => beginning.StartsWith(heldOut, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Scenes_Each_IsNamedByItsPhrasesAndNoOthers()
    {
        foreach (var scene in SceneCatalog.All)
        {
            Assert.True(scene.Effects.Count >= 3);
            Assert.NotEmpty(GrammarTemplates.Hints[scene.Name]);
            Assert.StartsWith("the ", GrammarTemplates.Places[scene.Name], StringComparison.Ordinal);
            Assert.Equal([scene.Name], SceneMentions.All(GrammarTemplates.Places[scene.Name]).Select(named => named.Name));
            foreach (var phrase in scene.Synonyms.Append(scene.Phrase))
            {
                Assert.Equal([scene.Name], SceneMentions.All(phrase).Select(named => named.Name));
            }

            Assert.All(GrammarTemplates.Hints[scene.Name], hint => Assert.DoesNotContain(scene, SceneMentions.All(hint)));
        }
    }

    [Theory]
    [InlineData("grapes", true)]
    [InlineData("pair of glasses", false)]
    [InlineData("women holding hands", true)]
    [InlineData("octopus", false)]
    [InlineData("face with tears of joy", false)]
    [InlineData("chopsticks", true)]
    public void IsPlural_Names_FollowsTheHeadWord(string name, bool plural) => Assert.Equal(plural, SubjectWords.IsPlural(name));

    [Theory]
    [InlineData("", "0 characters")]
    [InlineData("Sure! I drew your teapot on the beach and", "cut off")]
    [InlineData("Sure! I drew your teapot in the forest.", "does not name the scene")]
    [InlineData("Sure! I drew your kettle on the beach.", "names the teapot")]
    public void Refuse_BadReply_SaysWhy(string reply, string reason)
    {
        var facts = new PictureFacts("teapot", SceneCatalog.All[SceneCatalog.IndexOf("beach")], null, null);
        var conversation = new Conversation(ConversationKind.Instruction, [new ChatTurn(ChatTurn.User, "Put my teapot on the beach.")], reply, NamesSubject: true, facts.Description);
        Assert.Contains(reason, ConversationFilter.Refuse(conversation, facts), StringComparison.Ordinal);
    }

    private static PictureFacts Facts(long number)
    {
        var random = new SampleRandom(11, "facts", number);
        return new PictureFacts(
            random.Pick(["fire engine", "grapes", "dog", "teapot"]),
            random.Pick(SceneCatalog.All),
            random.Chance(0.3) ? random.Pick(AccessoryCatalog.All) : null,
            random.Chance(0.3) ? random.Pick(LookCatalog.All) : null);
    }
}
