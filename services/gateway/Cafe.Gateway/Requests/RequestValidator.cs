using Cafe.Gateway.Configuration;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Gateway.Requests;

/// <summary>
/// Refuses what no stage could serve, before any is asked; each error names the field, the limit and the value. Bounds that
/// belong to a pack (sizes, reply length) are the stages' to check.
/// </summary>
public sealed class RequestValidator(LimitOptions limits)
{
    private const int MaxTags = 16;
    private const int MaxTagLength = 64;

    /// <summary>Checks a request as it came.</summary>
    /// <exception cref="InvalidRequestException">Names every field that is wrong.</exception>
    public void Validate(GenerateRequest request)
    {
        var errors = new Violations();
        CheckImage(errors, "subject", request.Subject);
        CheckImage(errors, "semantic_image", request.SemanticImage);
        if (request.Subject is null && request.ConversationId.Length == 0)
        {
            errors.Add("subject", "is required, except in a conversation that has one");
        }

        CheckInput(errors, request);
        errors.CheckId("conversation_id", request.ConversationId);
        errors.CheckId("idempotency_key", request.IdempotencyKey);
        if (request.HasAlpha)
        {
            errors.CheckRange("alpha", request.Alpha, 0, 1);
        }

        errors.CheckEnum("conditions", request.Conditions);
        if (request.Conditions == Conditions.Subject && request.SemanticImage is not null)
        {
            errors.Add("semantic_image", "can't be mixed in where conditions is CONDITIONS_SUBJECT: the pictures have no semantic condition");
        }

        if (request.TextOptions is { } text)
        {
            TextOptionRules.Check(errors, text);
        }

        if (request.Options is { } options)
        {
            DrawingOptionRules.Check(errors, options, limits.MaxPictures);
        }

        errors.CheckEnum("priority", request.Priority);
        CheckTags(errors, request);
        errors.Throw();
    }

    private void CheckImage(Violations errors, string field, Image? image)
    {
        if (image is null)
        {
            return;
        }

        if (image.Data.IsEmpty)
        {
            errors.Add($"{field}.data", "is empty");
        }
        else if (image.Data.Length > limits.MaxImageBytes)
        {
            errors.Add($"{field}.data", $"at most {limits.MaxImageBytes} bytes are allowed, not {image.Data.Length}");
        }
    }

    private void CheckInput(Violations errors, GenerateRequest request)
    {
        switch (request.InputCase)
        {
            case GenerateRequest.InputOneofCase.Text:
                CheckText(errors, "text", request.Text);
                break;
            case GenerateRequest.InputOneofCase.Conversation when request.ConversationId.Length > 0:
                errors.Add("conversation", "send text with a conversation_id: its earlier turns are kept here");
                break;
            case GenerateRequest.InputOneofCase.Conversation:
                CheckTurns(errors, request.Conversation.Turns);
                break;
            default:
                // At alpha 0 without a reply nobody reads it.
                if (request.SemanticImage is null || !request.HasAlpha || request.Alpha > 0 || (request.HasReply && request.Reply))
                {
                    errors.Add("text", "text or conversation is required, except at alpha 0 without a reply");
                }

                break;
        }
    }

    private void CheckTurns(Violations errors, IReadOnlyList<Turn> turns)
    {
        if (turns.Count is 0 || turns.Count > limits.MaxTurns)
        {
            errors.Add("conversation.turns", $"1 to {limits.MaxTurns} turns are allowed, not {turns.Count}");
            return;
        }

        var characters = 0L;
        for (var i = 0; i < turns.Count; i++)
        {
            var expected = i % 2 == 0 ? Role.User : Role.Assistant;
            if (turns[i].Role != expected)
            {
                errors.Add($"conversation.turns[{i}].role", $"must be {Word(expected)}: user and assistant take turns, the user first");
            }

            CheckText(errors, $"conversation.turns[{i}].text", turns[i].Text);
            characters += turns[i].Text.Length;
        }

        if (turns.Count % 2 == 0)
        {
            errors.Add("conversation.turns", "the last turn must be the user's");
        }

        if (characters > limits.MaxConversationCharacters)
        {
            errors.Add("conversation.turns", $"at most {limits.MaxConversationCharacters} characters are allowed in all, not {characters}");
        }
    }

    private void CheckText(Violations errors, string field, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            errors.Add(field, "is empty");
        }
        else if (text.Length > limits.MaxTextCharacters)
        {
            errors.Add(field, $"at most {limits.MaxTextCharacters} characters are allowed, not {text.Length}");
        }
    }

    private static void CheckTags(Violations errors, GenerateRequest request)
    {
        if (request.Tags.Count > MaxTags)
        {
            errors.Add("tags", $"at most {MaxTags} are allowed, not {request.Tags.Count}");
        }

        foreach (var (key, value) in request.Tags)
        {
            if (key.Length is 0 or > MaxTagLength || value.Length > MaxTagLength)
            {
                errors.Add("tags", $"keys have 1 to {MaxTagLength} characters, values up to {MaxTagLength}; one has {key.Length} and {value.Length}");
            }
        }
    }

    private static string Word(Role role) => role == Role.User ? "ROLE_USER" : "ROLE_ASSISTANT";
}
