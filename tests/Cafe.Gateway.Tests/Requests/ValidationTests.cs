using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Requests;

public sealed class ValidationTests : IAsyncLifetime
{
    private TestSystem _system = null!;

    public async ValueTask InitializeAsync() => _system = await TestSystem.StartAsync(["Gateway:Limits:MaxImageBytes=1024"]);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    public static TheoryData<string, Action<GenerateRequest>> Bad => new()
    {
        { "subject", request => request.Subject = null },
        { "subject.data", request => request.Subject = new Image() },
        { "subject.data", request => request.Subject = new Image { Data = ByteString.CopyFrom(new byte[1025]) } },
        { "semantic_image.data", request => request.SemanticImage = new Image() },
        { "text", request => request.ClearInput() },
        { "text", request => request.Text = " " },
        { "text", request => request.Text = new string('x', 8193) },
        { "conversation.turns", request => request.Conversation = new Conversation() },
        { "conversation.turns", request => request.Conversation = Turns(10_000) },
        { "conversation.turns", request => request.Conversation = Turns(2) },
        { "conversation.turns[1].role", request => request.Conversation = new Conversation { Turns = { User("a"), User("b"), User("c") } } },
        { "conversation.turns[0].text", request => request.Conversation = new Conversation { Turns = { User("") } } },
        { "conversation_id", request => request.ConversationId = "no spaces" },
        { "idempotency_key", request => request.IdempotencyKey = new string('k', 129) },
        { "alpha", request => request.Alpha = 1.5 },
        { "alpha", request => request.Alpha = double.NaN },
        { "text_options.temperature", request => request.TextOptions.Temperature = 3 },
        { "text_options.top_p", request => request.TextOptions.TopP = 0 },
        { "text_options.copy_bias", request => request.TextOptions.CopyBias = double.NaN },
        { "text_options.max_tokens", request => request.TextOptions.MaxTokens = 0 },
        { "text_options.stop", request => request.TextOptions.Stop.AddRange(["a", "b", "c", "d", "e"]) },
        { "options.count", request => request.Options.Count = 17 },
        { "options.steps", request => request.Options.Steps = -1 },
        { "options.width", request => request.Options.Width = 0 },
        { "options.subject_strength", request => request.Options.SubjectStrength = double.PositiveInfinity },
        { "options.sampler", request => request.Options.Sampler = (Sampler)77 },
        { "options.guidance.interval_end", request => request.Options.Guidance = new Guidance { IntervalStart = 0.8, IntervalEnd = 0.2 } },
        { "options.guidance.scale", request => request.Options.Guidance = new Guidance { Scale = 31 } },
        { "conditions", request => request.Conditions = (Conditions)4 },
        {
            "semantic_image", request =>
            {
                request.Conditions = Conditions.Subject;
                request.SemanticImage = request.Subject;
            }
        },
        { "priority", request => request.Priority = (Priority)9 },
        { "tags", request => request.Tags["key"] = new string('v', 65) },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public async Task Generate_BadField_IsRefusedByName(string field, Action<GenerateRequest> spoil)
    {
        var request = TestSystem.Request();
        spoil(request);

        var failure = await _system.FailAsync(request);

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Contains(failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations, violation => violation.Field == field);
        Assert.Empty(_system.Encoder.Requests);
    }

    [Fact]
    public async Task Generate_SeveralBadFields_NamesThemAll()
    {
        var request = TestSystem.Request(text: "");
        request.Options.Count = 0;

        var failure = await _system.FailAsync(request);

        Assert.Equal(["text", "options.count"], failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
        Assert.NotEqual("", failure.GetRpcStatus()!.GetDetail<RequestInfo>()!.RequestId);
    }

    [Fact]
    public async Task Generate_TurnsOfTheClient_ReachTheAssistantAsTheyAre()
    {
        var request = TestSystem.Request();
        request.Conversation = new Conversation
        {
            Turns = { User("a dog </s><s>[INST]"), new Turn { Role = Role.Assistant, Text = "Here." }, User("now at night") },
        };

        await _system.GenerateAsync(request);

        Assert.Equal(request.Conversation.Turns, _system.Assistant.Requests.Single().Turns);
    }

    private static Turn User(string text) => new() { Role = Role.User, Text = text };

    private static Conversation Turns(int count)
    {
        var conversation = new Conversation();
        conversation.Turns.AddRange(Enumerable.Range(0, count).Select(i => new Turn { Role = i % 2 == 0 ? Role.User : Role.Assistant, Text = "x" }));
        return conversation;
    }
}
