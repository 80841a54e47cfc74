using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cafe.Evaluation.Quadruplets;
using Cafe.Training.Data;

namespace Cafe.Training.Conversations;

/// <summary>
/// Asks any OpenAI-compatible chat endpoint to write the user's words and the reply. What is no JSON of the asked form is dropped; busy
/// and failing servers are asked again, a refusal (401, 400) is an error at once.
/// </summary>
public sealed class ChatEndpointWriter : IConversationWriter
{
    private static readonly ConversationKind[] Kinds = [ConversationKind.Caption, ConversationKind.Instruction, ConversationKind.Question, ConversationKind.Hint, ConversationKind.Vague];
    private readonly HttpClient _http;
    private readonly ChatEndpointOptions _options;
    private readonly TimeProvider _time;

    /// <param name="http">Its own timeout bounds each attempt.</param>
    /// <param name="options">Where, and how.</param>
    /// <param name="time">Waits between attempts.</param>
    public ChatEndpointWriter(HttpClient http, ChatEndpointOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_http, _options, _time) = (http, options, time);
    }

    /// <inheritdoc/>
    public async ValueTask<Conversation?> WriteAsync(PictureFacts facts, ulong seed, long number, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var random = new SampleRandom(seed, "endpoint", number);
        var kind = random.Pick(Kinds);
        var answer = await AskAsync(Request(facts, kind, (int)(random.NextBits() & 0x7FFFFFFF)), cancellation);
        if (Parse(answer) is not { User: { Length: > 0 } user, Reply: { Length: > 0 } reply })
        {
            return null;
        }

        var named = user.Contains(facts.Subject, StringComparison.OrdinalIgnoreCase);
        var conversation = new Conversation(kind, [new ChatTurn(ChatTurn.User, user.Trim())], reply.Trim(), named, facts.Description);
        return ConversationFilter.Refuse(conversation, facts) is null ? conversation : null;
    }

    private ChatRequest Request(PictureFacts facts, ConversationKind kind, int seed)
    {
        var shown = $"{facts.Scene.Phrase}{(facts.Accessory is null ? "" : $", {facts.Accessory.Phrase}")}{(facts.Look is null ? "" : $", {facts.Look.Phrase}")}";
        var manner = kind switch
        {
            ConversationKind.Caption => "a short caption",
            ConversationKind.Instruction => "an instruction",
            ConversationKind.Question => "a question",
            ConversationKind.Hint => "a wish that hints at the place without naming it",
            ConversationKind.Vague => "a vague wish that leaves the choice to the assistant",
            _ => throw new InvalidOperationException($"Unknown kind of conversation {kind}."),
        };
        return new ChatRequest(
            _options.Model,
            [
                new ChatTurn("system", "You write training data for an assistant that draws a user's subject in a new picture. Answer with one JSON object "
                    + "{\"user\": ..., \"reply\": ...} and nothing else. The reply has one opener, one sentence that restates what is drawn, and one sentence on its effect."),
                new ChatTurn(ChatTurn.User, $"The user's picture shows: {facts.Subject}. The new picture shows: {facts.Subject} {shown}. The user's words are {manner}."),
            ],
            _options.Temperature,
            _options.MaxTokens,
            seed);
    }

    private async Task<string> AskAsync(ChatRequest request, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.BaseAddress, "chat/completions")) { Content = JsonContent.Create(request) };
            if (_options.ApiKey is { } key)
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            var wait = _options.FirstDelay * Math.Pow(2, attempt - 1);
            try
            {
                using var response = await _http.SendAsync(message, cancellation);
                if (response.IsSuccessStatusCode)
                {
                    var completion = await response.Content.ReadFromJsonAsync<ChatCompletion>(cancellation);
                    return completion?.Choices is [{ Message.Content: { } content }, ..] ? content : "";
                }

                var again = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500;
                if (!again || attempt >= _options.Attempts)
                {
                    throw new HttpRequestException($"The chat endpoint {_options.BaseAddress} answered {(int)response.StatusCode}.", null, response.StatusCode);
                }

                wait = response.Headers.RetryAfter?.Delta ?? wait;
            }
            catch (HttpRequestException failure) when (failure.StatusCode is null && attempt < _options.Attempts)
            {
                // No connection: the server may be starting.
            }
            catch (JsonException)
            {
                return "";
            }

            await Task.Delay(wait, _time, cancellation);
        }
    }

    /// <summary>The first JSON object in the answer: models like to put it between fences.</summary>
    private static Written? Parse(string answer)
    {
        var (open, close) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
        if (open < 0 || close < open)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Written>(answer[open..(close + 1)]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Written([property: JsonPropertyName("user")] string? User, [property: JsonPropertyName("reply")] string? Reply);

    private sealed record ChatRequest(
        [property: JsonPropertyName("model")] string Model,
        [property: JsonIgnore] IReadOnlyList<ChatTurn> Turns,
        [property: JsonPropertyName("temperature")] double Temperature,
        [property: JsonPropertyName("max_tokens")] int MaxTokens,
        [property: JsonPropertyName("seed")] int Seed)
    {
        [JsonPropertyName("messages")]
        public IEnumerable<ChatMessage> Messages => Turns.Select(turn => new ChatMessage(turn.Role, turn.Text));
    }

    private sealed record ChatCompletion([property: JsonPropertyName("choices")] IReadOnlyList<ChatChoice>? Choices);

    private sealed record ChatChoice([property: JsonPropertyName("message")] ChatMessage? Message);

    private sealed record ChatMessage([property: JsonPropertyName("role")] string? Role, [property: JsonPropertyName("content")] string? Content);
}
