using Cafe.Assistant.Replies;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Cafe.V1;

namespace Cafe.Assistant.Tests.Serving;

public sealed class RepeatableWordsTests(AssistantFixture fixture) : IClassFixture<AssistantFixture>
{
    private static readonly Naming English = new() { Leads = new Dictionary<string, string> { ["my"] = "your" }, Pronouns = ["this"] };

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
    public void Bias_WhatIsTheUsersOwn_FollowsYour(string turn) =>
        Assert.Contains(Tokenizer.Encode("dog")[0], new RepeatableWords(Tokenizer, English).Bias([turn], 2).Continuations(Tokenizer.Encode("a picture of your")));

    [Fact]
    public void Bias_AfterALead_NamesAreWordsButATurnsFirstAndWhatFollowsAPronoun()
    {
        var bias = new RepeatableWords(Tokenizer, English).Bias(["painting of this snow, the garden", "wearing my hat"], 2);
        var other = new float[Tokenizer.Count];
        other[Tokenizer.Encode("cat")[0]] = 1;
        var names = bias.Names(other, Tokenizer.Encode("I draw your"));
        Assert.Contains(Tokenizer.Encode("garden")[0], names);
        Assert.Contains(Tokenizer.Encode("hat")[0], names);
        Assert.DoesNotContain(Tokenizer.Encode("painting")[0], names);
        Assert.DoesNotContain(Tokenizer.Encode("snow")[0], names);
        Assert.DoesNotContain(Tokenizer.Encode("wearing")[0], names);
        Assert.Empty(bias.Names(other, Tokenizer.Encode("I draw the")));
        Assert.Empty(new RepeatableWords(Tokenizer, new Naming()).Bias(["the garden"], 2).Names(other, Tokenizer.Encode("I draw your")));
    }
}
