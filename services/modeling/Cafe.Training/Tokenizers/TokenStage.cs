using System.Text.Json;
using Cafe.Training.Conversations;
using Cafe.Training.Stages;

namespace Cafe.Training.Tokenizers;

/// <summary>Trains the vocabularies, then writes what the parts' conversations are in ids.</summary>
public sealed class TokenStage : IStage
{
    public string Kind => "tokens";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) =>
        [new PlannedPart("vocabularies", 0, 0, 0, 0, string.Join(", ", StageJson.Parse<TokenStageOptions>(config).LearnFrom))];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<TokenStageOptions>(config);
        var lines = options.LearnFrom.SelectMany(part => ConversationFile.Read(Path.Combine(context.Path(part), "conversations.jsonl"))).ToList();
        var folder = context.Path(options.Output);
        Vocabularies.Train(lines, folder, options.VocabSize, options.CaptionVocabSize);
        foreach (var part in options.Parts)
        {
            cancellation.ThrowIfCancellationRequested();
            Vocabularies.WriteTokens(folder, context.Path(part), new TokenColumnOptions
            {
                SystemPrompt = options.SystemPrompt,
                InventedShare = options.LearnFrom.Contains(part) ? options.InventedShare : 0,
            });
        }
    }
}
