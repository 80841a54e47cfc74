using System.CommandLine;
using Cafe.Training.Conversations;
using Cafe.Training.Tokenizers;
using Spectre.Console;

namespace Cafe.Training.Commands;

/// <summary><c>cafe-train tokenizer</c>: conversations and captions become vocabularies.</summary>
public static class TokenizerCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var conversations = new Option<FileInfo[]>("--conversations") { Description = "Conversation files of the data stage", Required = true, AllowMultipleArgumentsPerToken = true };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder for tokenizer.model, vocab.json and merges.txt", Required = true };
        var size = new Option<int>("--vocab-size") { Description = "Pieces of the assistant's vocabulary", DefaultValueFactory = _ => new BpeTrainerOptions().VocabSize };
        var captionSize = new Option<int>("--caption-vocab-size") { Description = "Pieces of the CLIP text tower's vocabulary", DefaultValueFactory = _ => 1536 };
        var command = new Command("tokenizer", "Train the vocabularies: the assistant's (SentencePiece BPE, byte fallback) and the CLIP text tower's") { conversations, output, size, captionSize };
        command.SetAction(parsed =>
        {
            try
            {
                var lines = parsed.GetValue(conversations)!.SelectMany(file => ConversationFile.Read(file.FullName)).ToList();
                var folder = parsed.GetValue(output)!;
                var pieces = Vocabularies.Train(lines, folder.FullName, parsed.GetValue(size), parsed.GetValue(captionSize));
                AnsiConsole.MarkupLineInterpolated($"assistant: {pieces.Assistant} pieces; captions: {pieces.Captions} pieces");
                return 0;
            }
            catch (Exception problem) when (problem is InvalidDataException or IOException or ArgumentOutOfRangeException or UnauthorizedAccessException)
            {
                AnsiConsole.MarkupLineInterpolated($"[red]{problem.Message}[/]");
                return 1;
            }
        });
        return command;
    }
}
