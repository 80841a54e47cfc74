using Cafe.Gateway.Moderation;
using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Kind = Cafe.V1.GenerateResponse.EventOneofCase;

namespace Cafe.Gateway.Tests.Moderation;

public sealed class ModerationTests
{
    [Fact]
    public async Task Generate_PromptWithheld_DoesNoWorkAndSaysFiltered()
    {
        await using var system = await StartAsync(new Moderator { Text = (kind, _) => kind != ModeratedKind.Prompt });
        var request = TestSystem.Request();
        request.Options.Count = 2;

        var events = await system.GenerateAsync(request);

        Assert.Empty(system.Encoder.Requests);
        Assert.All(events.Images(), image => Assert.Equal((ImageFinishReason.Filtered, 0), (image.FinishReason, image.Data.Length)));
        Assert.Equal(2, events.Images().Count);
        Assert.Equal(TextFinishReason.Filtered, events.Summary().TextFinishReason);
    }

    [Fact]
    public async Task Generate_ReplyWithheldFromASentenceOn_ShowsWhatCameBefore()
    {
        await using var system = await StartAsync(new Moderator { Text = (kind, text) => kind != ModeratedKind.Reply || !text.Contains("bad") });
        system.Assistant.Tokens = 0;
        system.Assistant.Script = ["Good ", "start. ", "Now some", "thing bad. ", "More."];

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal("Good start.", events.Text());
        Assert.Equal("Good start.", events.Summary().Reply);
        Assert.Equal(TextFinishReason.Filtered, events.Summary().TextFinishReason);
        Assert.Single(events.Images());
    }

    [Fact]
    public async Task Generate_ReplyPasses_ComesWhole()
    {
        await using var system = await StartAsync(new Moderator());

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
        Assert.Equal(TextFinishReason.End, events.Summary().TextFinishReason);
    }

    [Fact]
    public async Task Generate_PictureWithheld_HasNoBytesAndNoPreviews()
    {
        await using var system = await StartAsync(new Moderator { Picture = kind => kind != ModeratedKind.Picture });
        var request = TestSystem.Request();
        request.Options.PreviewEvery = 1;

        var events = await system.GenerateAsync(request);

        var image = events.Images().Single();
        Assert.Equal((ImageFinishReason.Filtered, 0, 7UL), (image.FinishReason, image.Data.Length, image.Seed));
        Assert.False(events.Has(Kind.Preview));
    }

    [Fact]
    public async Task Generate_ModeratorFails_Withholds()
    {
        await using var system = await StartAsync(new Moderator { Picture = _ => throw new InvalidOperationException("broken") });

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal(ImageFinishReason.Filtered, events.Images().Single().FinishReason);
    }

    [Fact]
    public async Task Generate_Callback_IsAskedAboutEverything()
    {
        var asked = new List<string>();
        await using var callback = WebApplication.Create();
        callback.Urls.Add("http://127.0.0.1:0");
        callback.MapPost("/", (System.Text.Json.Nodes.JsonObject question) =>
        {
            lock (asked)
            {
                asked.Add((string)question["kind"]!);
            }

            return new { allowed = (string?)question["kind"] != "picture" };
        });
        await callback.StartAsync();
        await using var system = await TestSystem.StartAsync([$"Gateway:Moderation:CallbackUrl={callback.Urls.First()}"]);

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal(ImageFinishReason.Filtered, events.Images().Single().FinishReason);
        Assert.Equal(["picture", "prompt", "reply", "subject"], asked.Distinct().Order());
    }

    private static Task<TestSystem> StartAsync(Moderator moderator) =>
        TestSystem.StartAsync(configure: builder => builder.Services.AddSingleton<IModerator>(moderator));

    private sealed class Moderator : IModerator
    {
        public Func<ModeratedKind, string, bool> Text { get; init; } = (_, _) => true;

        public Func<ModeratedKind, bool> Picture { get; init; } = _ => true;

        public bool ReviewsTexts => true;

        public bool ReviewsPictures => true;

        public ValueTask<bool> AllowsTextAsync(ModeratedKind kind, string text, CancellationToken cancellationToken) => ValueTask.FromResult(Text(kind, text));

        public ValueTask<bool> AllowsPictureAsync(ModeratedKind kind, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) => ValueTask.FromResult(Picture(kind));
    }
}
