namespace Cafe.Assistant.Tests.Serving;

public sealed class RepeatableWordsTests(AssistantFixture fixture) : IClassFixture<AssistantFixture>
{
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
}
