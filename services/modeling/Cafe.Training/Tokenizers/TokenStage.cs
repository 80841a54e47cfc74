using System.Text.Json;
using Cafe.Training.Conversations;
using Cafe.Training.Stages;

namespace Cafe.Training.Tokenizers;

/// <summary>Trains the vocabularies, or takes published ones, then writes what the parts' conversations are in ids.</summary>
public sealed class TokenStage : IStage
{
    public string Kind => "tokens";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) =>
        [new PlannedPart("vocabularies", 0, 0, 0, 0, string.Join(", ", StageJson.Parse<TokenStageOptions>(config).Parts))];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<TokenStageOptions>(config);
        var folder = context.Path(options.Output);
        Make(options, folder, context);
        var columns = new TokenColumnOptions
        {
            SystemPrompt = options.SystemPrompt,
            PromptPositions = options.PromptPositions,
            ReplyPositions = options.ReplyPositions,
            CaptionPositions = options.CaptionPositions,
        };
        foreach (var part in options.Parts)
        {
            cancellation.ThrowIfCancellationRequested();
            Vocabularies.WriteTokens(folder, context.Path(part), columns with { InventedShare = options.RealNames.Contains(part) ? 0 : options.InventedShare });
        }
    }

    private static void Make(TokenStageOptions options, string folder, StageContext context)
    {
        if (options.Published is null == (options.LearnFrom.Count == 0))
        {
            throw new ArgumentException("Vocabularies are either learned or published: one of learn_from and published is needed.");
        }

        if (options.Published is { } from)
        {
            Vocabularies.Copy(context.Path(from.Assistant), context.Path(from.Captions), folder);
            return;
        }

        var lines = options.LearnFrom.SelectMany(part => ConversationFile.Read(Path.Combine(context.Path(part), "conversations.jsonl"))).ToList();
        Vocabularies.Train(lines, folder, options.VocabSize, options.CaptionVocabSize);
    }
}
