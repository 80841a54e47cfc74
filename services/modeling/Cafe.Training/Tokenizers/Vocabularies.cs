using Cafe.Packs.Tokenizers;
using Cafe.Training.Conversations;
using Cafe.Training.Samples;

namespace Cafe.Training.Tokenizers;

/// <summary>A folder with the assistant's vocabulary (tokenizer.model) and the CLIP text tower's (vocab.json, merges.txt).</summary>
public static class Vocabularies
{
    /// <summary>Where a part's columns of ids are, beside its pictures.</summary>
    public const string TokensFolder = "tokens";

    /// <summary>Trains both.</summary>
    /// <returns>How many pieces each has.</returns>
    public static (int Assistant, int Captions) Train(IReadOnlyList<ConversationLine> lines, string folder, int size, int captionSize)
    {
        Directory.CreateDirectory(folder);
        var said = lines.SelectMany(line => line.Conversation.Turns.Select(turn => turn.Text).Append(line.Conversation.Reply).Append(line.Conversation.Description));
        var vocabulary = BpeTrainer.Train(said, new BpeTrainerOptions { VocabSize = size });
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), SentencePieceWriter.Write(vocabulary));
        var captions = ClipBpeTrainer.Train(lines.Select(line => line.Caption), captionSize, Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        return (259 + vocabulary.Merged.Count + vocabulary.Characters.Count, captions);
    }

    /// <summary>Brings published ones together.</summary>
    /// <param name="assistant">Folder with tokenizer.model.</param>
    /// <param name="captions">Folder with vocab.json and merges.txt.</param>
    /// <param name="folder">Made if it is missing.</param>
    public static void Copy(string assistant, string captions, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (from, name) in new[] { (assistant, "tokenizer.model"), (captions, "vocab.json"), (captions, "merges.txt") })
        {
            File.Copy(Path.Combine(from, name), Path.Combine(folder, name), overwrite: true);
        }
    }

    /// <summary>Writes the columns of ids of a part that the data stage made.</summary>
    /// <returns>How many of its samples have a conversation, and how many there are.</returns>
    public static (int Kept, long Count) WriteTokens(string folder, string part, TokenColumnOptions options)
    {
        var conversations = Path.Combine(part, "conversations.jsonl");
        if (options.InventedShare > 0)
        {
            options = options with { NameWords = InventedNames.WordsOf(ConversationFile.Subjects(conversations)) };
        }

        using var pictures = TensorStore.Open(part);
        var columns = new TokenColumns(
            SentencePieceTokenizer.Read(Path.Combine(folder, "tokenizer.model")),
            ClipTokenizer.Read(Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt")),
            options);
        var kept = columns.Write(Path.Combine(part, TokensFolder), pictures.Count, ConversationFile.Read(conversations));
        return (kept, pictures.Count);
    }
}
