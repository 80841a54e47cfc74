using System.Security.Cryptography;
using Cafe.Assistant.Model;
using Cafe.Assistant.Replies;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Assistant.Serving;

/// <summary>Checks a request against the pack and the operator's limits, and fills in defaults. Nothing is computed before all of it holds.</summary>
internal sealed class RespondRequestReader(LoadedAssistant assistant, AssistantSettings limits)
{
    private const int MaxTenant = 256;
    private const int MaxStops = 4;
    private const int MaxStopCharacters = 64;
    private const double MaxCopyBias = 20;

    // Random weights answer with noise; whoever tries the stand-in pack should not have to guess why.
    private const string UntrainedPreface = "(This pack is untrained: its words and pictures are noise.) ";

    private readonly AssistantSection _section = assistant.Manifest.Assistant;
    private readonly RepeatableWords _words = new(assistant.Model.Tokenizer, assistant.Manifest.Assistant.Naming ?? new Naming());

    /// <summary>The request with everything but the subject's values, and its empty reply.</summary>
    public (ReplyRequest Request, ReplyText Text) Read(RespondRequest message)
    {
        var subjectTokens = assistant.Manifest.Encoder.Subject.Tokens;
        var turns = Turns(message);
        var prompt = ChatPrompt.Build(_section, assistant.Model.Tokenizer, turns);
        var promptTokens = prompt.TextTokens + subjectTokens;
        var room = assistant.Model.MaxTokens - promptTokens - 1; // one position is the image token's
        if (room < 1)
        {
            throw new InvalidRequestException("turns", $"the conversation takes {promptTokens} tokens with the picture; at most {assistant.Model.MaxTokens - 2} fit");
        }

        if (message.EmbeddingOnly && _section.ImageTokenPosition != ImageTokenPosition.AfterPrompt)
        {
            throw new PreconditionException("IMAGE_TOKEN_AFTER_REPLY", "embedding_only: this pack's image token follows the reply, so there is no embedding without one.");
        }

        var options = message.Options ?? new TextOptions();
        var maxTokens = (int)InRange("options.max_tokens", options.HasMaxTokens ? options.MaxTokens : _section.MaxReplyTokens, 1, _section.MaxReplyTokens);
        var copyBias = InRange("options.copy_bias", options.HasCopyBias ? options.CopyBias : _section.CopyBias ?? 0, 0, MaxCopyBias);
        var request = new ReplyRequest
        {
            Prompt = prompt,
            Subject = [],
            SubjectTokens = subjectTokens,
            Sampling = new Sampling(
                InRange("options.temperature", options.HasTemperature ? options.Temperature : _section.Temperature, 0, 2),
                TopP(options),
                options.HasSeed ? options.Seed : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)))),
            Copy = copyBias > 0 ? _words.Bias(turns.Where(turn => turn.Role == ChatRole.User).Select(turn => turn.Text), copyBias) : null,
            ForcedPrefix = [.. message.ForcedPrefix],
            EmbeddingOnly = message.EmbeddingOnly,
        };
        var stops = Stops(options);
        ReplyText NewText() => new(
            assistant.Model.Tokenizer, [.. _section.Tokenizer.EosTokenIds], stops, Math.Min(maxTokens, room), assistant.Manifest.Trained ? "" : UntrainedPreface);
        CheckForcedPrefix(message, NewText());
        return (request, NewText());
    }

    /// <summary>The queue class and the tenant, before anything else is looked at.</summary>
    public static (WorkClass Class, string Tenant) Origin(RespondRequest message)
    {
        if (message.Tenant.Length > MaxTenant)
        {
            throw new InvalidRequestException("tenant", $"{message.Tenant.Length} characters; the limit is {MaxTenant}");
        }

        return (
            message.Priority switch
            {
                Priority.Unspecified or Priority.Interactive => WorkClass.Interactive,
                Priority.Batch => WorkClass.Batch,
                _ => throw new InvalidRequestException("priority", $"{(int)message.Priority} is no priority"),
            },
            message.Tenant);
    }

    private List<ChatTurn> Turns(RespondRequest message)
    {
        var count = message.Turns.Count;
        if (count == 0)
        {
            throw new InvalidRequestException("turns", "at least one turn is required");
        }

        if (count > limits.MaxTurns)
        {
            throw new InvalidRequestException("turns", $"{count} turns; the limit is {limits.MaxTurns}");
        }

        var turns = new List<ChatTurn>(count);
        var characters = 0;
        for (var i = 0; i < count; i++)
        {
            var turn = message.Turns[i];
            if (turn.Text.Length is 0 || turn.Text.Length > limits.MaxTurnCharacters)
            {
                throw new InvalidRequestException($"turns[{i}].text", $"{turn.Text.Length} characters; 1 to {limits.MaxTurnCharacters} are allowed");
            }

            characters += turn.Text.Length;
            turns.Add(new ChatTurn(
                turn.Role switch
                {
                    Role.User => ChatRole.User,
                    Role.Assistant => ChatRole.Assistant,
                    _ => throw new InvalidRequestException($"turns[{i}].role", $"must be USER or ASSISTANT, not {turn.Role} ({(int)turn.Role})"),
                },
                turn.Text));
        }

        if (characters > limits.MaxCharacters)
        {
            throw new InvalidRequestException("turns", $"{characters} characters in all; the limit is {limits.MaxCharacters}");
        }

        if (turns[0].Role != ChatRole.User || turns[^1].Role != ChatRole.User)
        {
            throw new InvalidRequestException("turns", "the first and the last turn must be the user's");
        }

        return turns;
    }

    private double TopP(TextOptions options)
    {
        var topP = options.HasTopP ? options.TopP : _section.TopP;
        return topP is > 0 and <= 1 ? topP : throw new InvalidRequestException("options.top_p", $"{topP} is not above 0, to 1");
    }

    private static string[] Stops(TextOptions options)
    {
        if (options.Stop.Count > MaxStops)
        {
            throw new InvalidRequestException("options.stop", $"{options.Stop.Count} strings; the limit is {MaxStops}");
        }

        for (var i = 0; i < options.Stop.Count; i++)
        {
            if (options.Stop[i].Length is 0 or > MaxStopCharacters)
            {
                throw new InvalidRequestException($"options.stop[{i}]", $"{options.Stop[i].Length} characters; 1 to {MaxStopCharacters} are allowed");
            }
        }

        return [.. options.Stop];
    }

    /// <summary>A forced prefix is a reply of this very part that has not gone on past its end.</summary>
    private void CheckForcedPrefix(RespondRequest message, ReplyText text)
    {
        if (message.ForcedPrefix.Count == 0)
        {
            return;
        }

        var own = assistant.Provenance.PartFingerprint;
        if (message.ForcedPrefixFingerprint.Length == 0)
        {
            throw new InvalidRequestException("forced_prefix_fingerprint", "is required with forced_prefix");
        }

        if (message.ForcedPrefixFingerprint != own)
        {
            throw new PreconditionException("OTHER_PART", "forced_prefix: the tokens were made by another assistant part than this process serves, so their reply can't be continued here.");
        }

        for (var i = 0; i < message.ForcedPrefix.Count; i++)
        {
            var id = message.ForcedPrefix[i];
            if (id < 0 || id >= assistant.Model.Tokenizer.Count)
            {
                throw new InvalidRequestException($"forced_prefix[{i}]", $"{id} is no token; they are 0 to {assistant.Model.Tokenizer.Count - 1}");
            }

            if (text.Finish is not null)
            {
                throw new InvalidRequestException($"forced_prefix[{i}]", $"the reply ends after {i} tokens");
            }

            text.Accept(id);
        }
    }

    private static double InRange(string field, double value, double least, double most) =>
        value >= least && value <= most ? value : throw new InvalidRequestException(field, $"{value} is not {least} to {most}");
}
