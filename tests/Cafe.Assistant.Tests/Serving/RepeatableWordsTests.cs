using Cafe.Assistant.Replies;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Cafe.V1;

namespace Cafe.Assistant.Tests.Serving;

public sealed class RepeatableWordsTests(AssistantFixture fixture) : IClassFixture<AssistantFixture>
{
    private static readonly Naming English = new() { Leads = new Dictionary<string, string> { ["my"] = "your", ["our"] = "your" }, Determiners = ["the"], Unnamed = "thing", StopWords = ["snow", "the", "this"] };

    private SentencePieceTokenizer Tokenizer => fixture.Assistant.Model.Tokenizer;

    [Theory]
    [InlineData("a dog on the beach", " on the beach")]
    [InlineData("Dog, on the \"beach\"!", " on the beach")]
    [InlineData("A DOG ON", " on")]
    public async Task Respond_CopyBias_GoesOnInTheUsersWords(string text, string rest)
    {
        var request = fixture.Request(text, maxTokens: null);
        (request.Options.CopyBias, request.Options.Temperature) = (20, 0);
        request.ForcedPrefix.AddRange(fixture.Assistant.Model.Tokenizer.Encode("dog"));
        request.ForcedPrefixFingerprint = fixture.Assistant.Provenance.PartFingerprint;
        Assert.StartsWith(rest, AssistantFixture.Text(await fixture.Respond(request)), StringComparison.Ordinal);
        request.Options.CopyBias = 0;
        Assert.DoesNotContain(rest, AssistantFixture.Text(await fixture.Respond(request)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Respond_AnEarlierTurn_IsRepeatedToo()
    {
        var request = fixture.Request("a dog on the beach", maxTokens: null);
        request.Turns.Add(new Turn { Role = Role.Assistant, Text = "a cat" });
        request.Turns.Add(new Turn { Role = Role.User, Text = "now in the garden" });
        (request.Options.CopyBias, request.Options.Temperature) = (20, 0);
        request.ForcedPrefix.AddRange(Tokenizer.Encode("dog"));
        request.ForcedPrefixFingerprint = fixture.Assistant.Provenance.PartFingerprint;
        Assert.StartsWith(" on the beach", AssistantFixture.Text(await fixture.Respond(request)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("My dog on the beach")]
    [InlineData("draw \"my\" dog, please")]
    [InlineData("MY DOG")]
    [InlineData("Our dog")]
    public void Bias_WhatIsTheUsersOwn_FollowsYour(string turn) =>
        Assert.Contains(Tokenizer.Encode("dog")[0], new RepeatableWords(Tokenizer, English).Bias([turn], 2).Continuations(Tokenizer.Encode("a picture of your")));

    [Fact]
    public void Bias_AfterALead_NamesAreWordsButATurnsFirstAndStopWords()
    {
        var bias = new RepeatableWords(Tokenizer, English).Bias(["painting of this snow, the garden", "wearing my hat"], 2);
        var other = new float[Tokenizer.Count];
        other[First("cat")] = 1;
        var names = bias.Names(other, Tokenizer.Encode("I draw your"));
        Assert.Contains(First("garden"), names);
        Assert.Contains(First("hat"), names);
        Assert.DoesNotContain(First("painting"), names);
        Assert.DoesNotContain(First("snow"), names);
        Assert.DoesNotContain(First("wearing"), names);
        Assert.Empty(bias.Names(other, Tokenizer.Encode("I draw the")));
        Assert.Empty(new RepeatableWords(Tokenizer, new Naming()).Bias(["the garden"], 2).Names(other, Tokenizer.Encode("I draw your")));
    }

    [Fact]
    public void Bias_AfterALead_AWordOfTheUsersOrTheOneForWhatHasNoNameFollows()
    {
        var reply = Tokenizer.Encode("I draw your");
        var logits = new RepeatableWords(Tokenizer, English).Bias(["painting of this snow"], 2).Apply(new float[Tokenizer.Count], reply).ToArray();
        int[] allowed = [First("painting"), First("of"), First("thing")];
        Assert.Equal(allowed.Distinct().Order(), Enumerable.Range(0, logits.Length).Where(id => float.IsFinite(logits[id])));
    }

    [Theory]
    [InlineData("my dog garden", true)]
    [InlineData("my \"dog garden\"", true)]
    [InlineData("my dog, garden", false)]
    [InlineData("my dog (garden)", false)]
    [InlineData("my dog the garden", false)]
    [InlineData("the dog garden", false)]
    [InlineData("the cat for my dog garden", false)]
    [InlineData("our cat for my dog garden", false)]
    public void Bias_TheNameBehindALead_EndsWithItsPhrase(string turn, bool inName)
    {
        var bias = new RepeatableWords(Tokenizer, English).Bias([turn], 2);
        var goesOn = bias.Continuations(Tokenizer.Encode(turn.Contains("my", StringComparison.Ordinal) ? "your dog" : "dog")).GetValueOrDefault(First("garden"));
        Assert.Equal(inName, goesOn == 2);
    }

    private int First(string word) => Tokenizer.Encode(word)[0];
}
