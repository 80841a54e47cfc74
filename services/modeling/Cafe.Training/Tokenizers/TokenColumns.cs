using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Tokenizers;
using Cafe.Training.Conversations;
using Cafe.Training.Data;
using Cafe.Training.Samples;

namespace Cafe.Training.Tokenizers;

/// <summary>
/// Conversations as columns of ids beside the pictures of a store: prompt, place of the picture, reply, where it names the subject, caption, the caption without its subject, and the text that the
/// language model is pretrained on, where a description stands in the picture's place. Samples without a conversation have -1 throughout.
/// </summary>
public sealed class TokenColumns(SentencePieceTokenizer words, ClipTokenizer captions, TokenColumnOptions options)
{
    /// <summary>Name of the column that the language model continues: Int32 [positions], padded on the right with -1.</summary>
    public const string Text = "text";

    internal const int Begin = 1;
    internal const int End = 2;
    private const ulong Seed = 1;
    private const int DescriptionPositions = 16;
    private const int Chunk = 1024;

    /// <summary>Writes the columns.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="count">Samples of the store of pictures.</param>
    /// <param name="lines">Conversations in order of their sample.</param>
    /// <returns>How many samples have a conversation.</returns>
    /// <exception cref="InvalidDataException">The lines are out of order or past the count.</exception>
    public int Write(string folder, long count, IEnumerable<ConversationLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        options.Validate();
        var prompt = new SampleField(SampleFields.Prompt, TensorType.Int32, [options.PromptPositions]);
        var place = new SampleField(SampleFields.ImagePosition, TensorType.Int32, []);
        var reply = new SampleField(SampleFields.Reply, TensorType.Int32, [options.ReplyPositions]);
        var name = new SampleField(SampleFields.Name, TensorType.Int32, [2]);
        var caption = new SampleField(SampleFields.Caption, TensorType.Int32, [options.CaptionPositions]);
        var setting = new SampleField(SampleFields.Setting, TensorType.Int32, [options.CaptionPositions]);
        var text = new SampleField(Text, TensorType.Int32, [TextPositions(options.PromptPositions, options.ReplyPositions)]);
        using var writer = new TensorStoreWriter(folder, prompt, place, reply, name, caption, setting, text);
        var (next, kept) = (0L, 0);
        foreach (var chunk in lines.Chunk(Chunk))
        {
            var rows = new Rows[chunk.Length];
            Parallel.For(0, chunk.Length, i => rows[i] = Tokenize(chunk[i]));
            foreach (var (line, row) in chunk.Zip(rows))
            {
                if (line.Sample < next || line.Sample >= count)
                {
                    throw new InvalidDataException($"Conversation of sample {line.Sample} follows that of sample {next - 1} of {count}.");
                }

                Skip(line.Sample);
                if (row.Prompt.Length > options.PromptPositions || row.Reply.Length > options.ReplyPositions || row.Description.Length > DescriptionPositions)
                {
                    Skip(line.Sample + 1);
                    continue;
                }

                Row(writer, prompt, row.Prompt);
                Row(writer, place, [row.ImagePosition]);
                Row(writer, reply, row.Reply);
                Row(writer, name, row.Name);
                Row(writer, caption, row.Caption);
                Row(writer, setting, row.Setting);
                Row(writer, text, row.Text);
                (next, kept) = (line.Sample + 1, kept + 1);
            }
        }

        Skip(count);
        writer.Complete();
        return kept;

        void Skip(long until)
        {
            for (; next < until; next++)
            {
                foreach (var field in new[] { prompt, reply, name, caption, setting, text })
                {
                    Row(writer, field, []);
                }

                Row(writer, place, [0]);
            }
        }
    }

    // With an invented name now and then, unless that would grow past the row.
    private Rows Tokenize(ConversationLine line)
    {
        var random = new SampleRandom(Seed, "invented names", line.Sample);
        var known = line.Conversation.Name;
        var real = Render(line.Conversation, known);
        var renamed = real;
        if (known is not null && random.Chance(options.InventedShare))
        {
            var invented = InventedNames.Draw(known, options.NameWords, random);
            renamed = Render(InventedNames.Rename(line.Conversation, known, invented), invented);
        }

        var (prompt, place, reply, name, description) = Fits(renamed) ? renamed : real;
        return new Rows(
            prompt,
            place,
            reply,
            name,
            description,
            Caption(line.Caption),
            Setting(line) is { } words ? Caption(words) : [],
            [.. prompt[..place], .. description, .. prompt[place..], .. reply]);

        bool Fits((int[] Prompt, int ImagePosition, int[] Reply, int[] Name, int[] Description) rendered) => rendered.Prompt.Length <= options.PromptPositions && rendered.Reply.Length <= options.ReplyPositions;
    }

    /// <summary>Width of the column that the language model continues.</summary>
    internal static int TextPositions(int promptPositions, int replyPositions) => promptPositions + DescriptionPositions + replyPositions;

    private int[] Caption(string words) => [.. captions.Encode(words, options.CaptionPositions).Ids.Select(id => (int)id)];

    // "fire engine on the beach, wearing a crown" without its first words; null where the caption does not begin with the subject's name.
    private static string? Setting(ConversationLine line) =>
        PictureFacts.SubjectOf(line.Conversation.Description) is { } name && line.Caption.StartsWith($"{name} ", StringComparison.Ordinal) ? line.Caption[(name.Length + 1)..] : null;

    private (int[] Prompt, int ImagePosition, int[] Reply, int[] Name, int[] Description) Render(Conversation conversation, string? name)
    {
        var turns = conversation.Turns.Select(turn => new Cafe.Packs.Tokenizers.ChatTurn(turn.Role switch
        {
            Evaluation.Quadruplets.ChatTurn.User => ChatRole.User,
            Evaluation.Quadruplets.ChatTurn.Assistant => ChatRole.Assistant,
            _ => throw new InvalidDataException($"A turn has the role '{turn.Role}'; roles are user and assistant."),
        }, turn.Text)).ToList();
        var prompt = ChatPrompt.Build(options.Template, options.SystemPrompt, Begin, End, words, turns);
        return ([.. prompt.BeforeImage, .. prompt.AfterImage], prompt.BeforeImage.Count, [.. words.Encode(conversation.Reply), End], Place(conversation.Reply, name), [.. words.Encode(conversation.Description)]);
    }

    // Pieces never reach across a space, so the words before the name have as many ids alone as in the reply.
    private int[] Place(string reply, string? name)
    {
        if (name is null || Regex.Match(reply, $@"\s{Regex.Escape(name)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) is not { Success: true } found)
        {
            return [];
        }

        var before = words.Encode(reply[..found.Index]).Count;
        return [before, words.Encode(reply[..(found.Index + found.Length)]).Count - before];
    }

    /// <summary>A row of ids, padded on the right with -1.</summary>
    internal static void Row(TensorStoreWriter writer, SampleField field, ReadOnlySpan<int> ids)
    {
        Span<int> row = stackalloc int[(int)field.Count];
        row.Fill(-1);
        ids.CopyTo(row);
        writer.Write(field, MemoryMarshal.AsBytes(row));
    }

    private sealed record Rows(int[] Prompt, int ImagePosition, int[] Reply, int[] Name, int[] Description, int[] Caption, int[] Setting, int[] Text);
}
