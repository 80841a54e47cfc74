using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Cafe.Gateway.Configuration;

namespace Cafe.Gateway.Moderation;

/// <summary>Asks a web service of the operator's.</summary>
internal sealed class CallbackModerator(HttpClient client, ModerationOptions options) : IModerator
{
    public bool ReviewsTexts => true;

    public bool ReviewsPictures => true;

    public ValueTask<bool> AllowsTextAsync(ModeratedKind kind, string text, CancellationToken cancellationToken) =>
        AskAsync(new Question(Word(kind), text, null), cancellationToken);

    public ValueTask<bool> AllowsPictureAsync(ModeratedKind kind, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        AskAsync(new Question(Word(kind), null, Convert.ToBase64String(file.Span)), cancellationToken);

    private async ValueTask<bool> AskAsync(Question question, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(options.CallbackTimeoutSeconds));
        using var response = await client.PostAsJsonAsync(options.CallbackUrl, question, timeout.Token);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<Answer>(timeout.Token);
        return answer?.Allowed == true;
    }

    private static string Word(ModeratedKind kind) => kind.ToString().ToLowerInvariant();

    private sealed record Question(
        string Kind,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Image);

    private sealed record Answer(bool Allowed);
}
