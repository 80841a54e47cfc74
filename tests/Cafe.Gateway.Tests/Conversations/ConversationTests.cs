using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Conversations;

public sealed class ConversationTests
{
    [Fact]
    public async Task Generate_NextTurn_NeedsNoPictureAndKnowsWhatWasSaid()
    {
        await using var system = await TestSystem.StartAsync();
        await system.GenerateAsync(Turn("a dog"));

        var events = await system.GenerateAsync(Turn("now at night", picture: false));

        Assert.Equal("talk", events[0].Accepted.ConversationId);
        Assert.Equal(
            ["a dog", ScriptedAssistant.Reply(3, 8), "now at night"],
            system.Assistant.Requests.Last().Turns.Select(turn => turn.Text));
        Assert.Equal(system.Encoder.Requests.First().Image, system.Encoder.Requests.Last().Image);
    }

    [Fact]
    public async Task Generate_NextTurn_DoesNotWriteThePictureAgain()
    {
        await using var system = await TestSystem.StartAsync();
        await system.GenerateAsync(Turn("a dog"));

        await system.GenerateAsync(Turn("now at night", picture: false));

        Assert.Single(system.Store.Written, key => key.EndsWith(":subject"));
        Assert.Equal(2, system.Store.Written.Count(key => key.EndsWith(":turns")));
    }

    [Fact]
    public async Task Generate_UnknownConversationWithoutAPicture_IsNotFound()
    {
        await using var system = await TestSystem.StartAsync();

        Assert.Equal(StatusCode.NotFound, (await system.FailAsync(Turn("hello", picture: false))).StatusCode);
    }

    [Fact]
    public async Task Generate_StoreLostTheConversation_IsNotFound()
    {
        await using var system = await TestSystem.StartAsync();
        await system.GenerateAsync(Turn("a dog"));
        system.Store.Flush();

        Assert.Equal(StatusCode.NotFound, (await system.FailAsync(Turn("now at night", picture: false))).StatusCode);
    }

    [Fact]
    public async Task Generate_PictureSentToALostConversation_SaysThatItBeganAnew()
    {
        await using var system = await TestSystem.StartAsync();
        var first = await system.GenerateAsync(Turn("a dog"));
        var changed = await system.GenerateAsync(Turn("this one instead"));
        system.Store.Flush();

        var lost = await system.GenerateAsync(Turn("now at night"));

        Assert.Equal([true, false, true], new[] { first, changed, lost }.Select(events => events.Summary().ConversationStarted));
        Assert.Single(system.Assistant.Requests.Last().Turns);
        Assert.False((await system.GenerateAsync(TestSystem.Request())).Summary().ConversationStarted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_GatewayDiedAfterKeepingTheTurn_SaysTheSameAgain(bool first)
    {
        await using var system = await TestSystem.StartAsync();
        if (!first)
        {
            await system.GenerateAsync(Turn("a dog"));
        }

        var turn = Turn("now at night");
        turn.IdempotencyKey = "the-turn";
        await system.GenerateAsync(turn);
        system.Store.Lose(key => key.StartsWith("idem:"));

        Assert.Equal(first, (await system.GenerateAsync(turn)).Summary().ConversationStarted);
    }

    [Fact]
    public async Task Generate_StoreLostTheTurnsAlone_IsNotFound()
    {
        await using var system = await TestSystem.StartAsync();
        await system.GenerateAsync(Turn("a dog"));
        system.Store.Lose(key => key.EndsWith(":turns"));

        Assert.Equal(StatusCode.NotFound, (await system.FailAsync(Turn("now at night", picture: false))).StatusCode);
    }

    [Fact]
    public async Task Generate_GatewayDiedBetweenKeepingTheTurnAndItsOutcome_KeepsTheTurnOnce()
    {
        await using var system = await TestSystem.StartAsync();
        await system.GenerateAsync(Turn("a dog"));
        var second = Turn("now at night", picture: false);
        second.IdempotencyKey = "second";
        var first = await system.GenerateAsync(second);

        system.Store.Lose(key => key.StartsWith("idem:"));
        var again = await system.GenerateAsync(second);
        await system.GenerateAsync(Turn("and with snow", picture: false));

        var asked = system.Assistant.Requests.Select(respond => respond.Turns.Select(turn => turn.Text).ToList()).ToList();
        Assert.Equal(asked[1], asked[2]);
        Assert.Equal(first.Text(), again.Text());
        Assert.Equal(["a dog", ScriptedAssistant.Reply(3, 8), "now at night", ScriptedAssistant.Reply(3, 8), "and with snow"], asked[3]);
    }

    [Fact]
    public async Task Generate_SameWordsTwiceWithoutAKey_AreTwoTurns()
    {
        await using var system = await TestSystem.StartAsync();
        await system.GenerateAsync(Turn("more"));
        var request = new CallOptions(new Metadata { { "x-request-id", "the-same" } });
        await system.GenerateAsync(Turn("more", picture: false), request);

        await system.GenerateAsync(Turn("more", picture: false), request);

        Assert.Equal(5, system.Assistant.Requests.Last().Turns.Count);
    }

    [Fact]
    public async Task Generate_StoreDown_IsUnavailable()
    {
        await using var system = await TestSystem.StartAsync();
        system.Store.Down = true;

        var failure = await system.FailAsync(Turn("a dog"));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Contains("conversation_id", failure.Status.Detail);
    }

    [Fact]
    public async Task Generate_StoreGoesDownDuringTheTurn_AnswersAndSaysSo()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeCall = (_, _) =>
        {
            system.Store.Down = true;
            return Task.CompletedTask;
        };

        var events = await system.GenerateAsync(Turn("a dog"));

        Assert.Contains(events.Summary().Degraded, reason => reason.Contains("could not be kept"));
    }

    [Fact]
    public async Task Generate_TwoTurnsAtOnce_TakeTurns()
    {
        await using var system = await TestSystem.StartAsync();

        await Task.WhenAll(system.GenerateAsync(Turn("one")), system.GenerateAsync(Turn("two")));

        Assert.Equal([1, 3], system.Assistant.Requests.Select(respond => respond.Turns.Count));
    }

    [Fact]
    public async Task Generate_PictureTooLargeToKeep_IsRefused()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Conversations:MaxImageBytes=1024"]);
        var request = Turn("a dog");
        request.Subject.Data = ByteString.CopyFrom(new byte[2000]);

        Assert.Contains("1024", (await system.FailAsync(request)).Status.Detail);
    }

    [Fact]
    public async Task Generate_AnotherCallersConversation_IsNotFound()
    {
        await using var system = await TestSystem.StartAsync(
            ["Gateway:ApiKeys:Keys:0:Id=ann", "Gateway:ApiKeys:Keys:0:Key=key-of-ann", "Gateway:ApiKeys:Keys:1:Id=bob", "Gateway:ApiKeys:Keys:1:Key=key-of-bob"]);
        await system.GenerateAsync(Turn("a dog"), new CallOptions(new Metadata { { "x-api-key", "key-of-ann" } }));

        var failure = await system.FailAsync(Turn("and?", picture: false), new CallOptions(new Metadata { { "x-api-key", "key-of-bob" } }));

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.Equal("ann", system.Diffuser.Requests.Single().Tenant);
    }

    private static GenerateRequest Turn(string text, bool picture = true)
    {
        var request = TestSystem.Request(text);
        request.ConversationId = "talk";
        if (!picture)
        {
            request.Subject = null;
        }

        return request;
    }
}
