using System.Text.Json;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;
using Cafe.Training.Conversations;
using Cafe.Training.Data;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Tokenizers;

/// <summary>
/// Makes lists of names to be said again in another order, as rows that a language model learns to continue: ten times as much to repeat in a row as in a conversation, so that a small model learns soon
/// to go on where it has read the same beginning before.
/// </summary>
public sealed class RecitalStage : IStage
{
    private const int Chunk = 1024;
    private const int LeastNames = 3;
    private const int MostNames = 8;
    private const int MostDraws = 16;

    public string Kind => "recitals";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<RecitalStageOptions>(config);
        return [new PlannedPart($"{options.Count:N0} lists of names", 0, 0, 0, 0, options.Part)];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<RecitalStageOptions>(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Count, 1);
        var words = SentencePieceTokenizer.Read(Path.Combine(context.Path(options.Tokenizers), "tokenizer.model"));
        var names = ConversationFile.Subjects(Path.Combine(context.Path(options.Part), "conversations.jsonl"));
        if (names.Count == 0)
        {
            throw new ArgumentException($"The conversations of part '{options.Part}' name no subject: there is nothing to say again.");
        }

        var parts = InventedNames.WordsOf(names);
        var text = new SampleField(SampleFields.Text, TensorType.Int32, [TokenColumns.TextPositions(options.PromptPositions, options.ReplyPositions)]);
        var reply = new SampleField(SampleFields.Reply, TensorType.Int32, [options.ReplyPositions]);
        var name = new SampleField(SampleFields.Name, TensorType.Int32, [2]);
        using var writer = new TensorStoreWriter(context.Path(options.Output), text, reply, name);
        foreach (var numbers in Enumerable.Range(0, options.Count).Chunk(Chunk))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (prompt, said) in numbers.Select(number => Recital(words, names, parts, options, number)))
            {
                TokenColumns.Row(writer, text, [.. prompt, .. said]);
                TokenColumns.Row(writer, reply, said);
                TokenColumns.Row(writer, name, []);
            }
        }

        writer.Complete();
    }

    // As many names as fit.
    private static (int[] Prompt, int[] Said) Recital(SentencePieceTokenizer words, IReadOnlyList<string> known, IReadOnlyList<string> parts, RecitalStageOptions options, int number)
    {
        var random = new SampleRandom(options.Seed, "recitals", number);
        for (var draws = 0; draws < MostDraws; draws++)
        {
            var list = Enumerable.Range(0, random.Whole(LeastNames, MostNames)).Select(_ => random.Chance(0.1) ? random.Pick(known) : InventedNames.Draw(random.Pick(known), parts, random)).ToList();
            var again = list.OrderBy(_ => random.NextBits()).ToList();
            while (list.Count > 0)
            {
                var rendered = ChatPrompt.Build(
                    ChatTemplate.Llama2, "", TokenColumns.Begin, TokenColumns.End, words, [new Packs.Tokenizers.ChatTurn(ChatRole.User, string.Join(", ", list))]);
                int[] said = [.. words.Encode(string.Join(", ", again)), TokenColumns.End];
                if (rendered.TextTokens <= options.PromptPositions && said.Length <= options.ReplyPositions)
                {
                    return ([.. rendered.BeforeImage, .. rendered.AfterImage], said);
                }

                again.Remove(list[^1]);
                list.RemoveAt(list.Count - 1);
            }
        }

        throw new ArgumentException($"prompt_positions {options.PromptPositions} and reply_positions {options.ReplyPositions} leave no room for a name.");
    }
}
