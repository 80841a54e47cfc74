using System.CommandLine;
using Cafe.Training.Samples;
using Cafe.Training.Tokenizers;
using Spectre.Console;

namespace Cafe.Training.Commands;

/// <summary><c>cafe-train tokens</c>: a part's conversations become columns of ids beside its pictures.</summary>
public static class TokensCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var parts = new Option<DirectoryInfo[]>("--parts") { Description = "Folders of parts that the data stage made", Required = true, AllowMultipleArgumentsPerToken = true };
        var tokenizers = new Option<DirectoryInfo>("--tokenizers") { Description = "Folder with tokenizer.model, vocab.json and merges.txt", Required = true };
        var command = new Command("tokens", "Turn conversations into columns of token ids (folder tokens inside each part)") { parts, tokenizers };
        command.SetAction(parsed =>
        {
            try
            {
                var folder = parsed.GetValue(tokenizers)!.FullName;
                foreach (var part in parsed.GetValue(parts)!)
                {
                    var (kept, count) = Vocabularies.WriteTokens(folder, part.FullName, new TokenColumnOptions());
                    AnsiConsole.MarkupLineInterpolated($"{part.Name}: {kept} of {count} samples have a conversation");
                }

                return 0;
            }
            catch (Exception problem) when (problem is InvalidDataException or IOException or SampleException or UnauthorizedAccessException)
            {
                AnsiConsole.MarkupLineInterpolated($"[red]{problem.Message}[/]");
                return 1;
            }
        });
        return command;
    }
}
