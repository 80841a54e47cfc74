using System.CommandLine;
using Cafe.Cli.Terminal;
using Cafe.V1;
using Spectre.Console;

namespace Cafe.Cli.Generate;

/// <summary><c>cafe generate</c>: one picture and some words in, pictures and a reply out.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var image = new Option<string>("--image") { Description = "The subject: a JPEG, PNG or WebP file.", Required = true };
        var text = new Option<string>("--text") { Description = "What you want: an instruction, a question, something vague.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder for the pictures.", DefaultValueFactory = _ => "." };
        var options = new RequestOptions();
        var server = new ServerOptions();
        var command = new Command("generate", "Generate pictures of a subject, and a reply.") { image, text, output };
        options.AddTo(command);
        server.AddTo(command);
        command.Does(async (result, cancellation) =>
        {
            var consoles = Consoles.ForProcess();
            var request = options.Read(result);
            request.Subject = RequestOptions.ReadImage(result.GetRequiredValue(image));
            request.Text = result.GetRequiredValue(text);
            await using var connection = await server.ConnectAsync(result, consoles.Status, cancellation);
            var files = new PictureFiles(result.GetRequiredValue(output), "cafe-");
            var summary = await new GenerationView(consoles, files).ShowAsync(connection.Client.GenerateAsync(request, cancellation), cancellation);
            Report(consoles.Status, summary);
            return 0;
        });
        return command;
    }

    /// <summary>What it took, and what was served less well than asked.</summary>
    public static void Report(IAnsiConsole status, GenerateSummary summary)
    {
        var stages = summary.Timings.Select(timing => $"{timing.Stage.ToString().ToLowerInvariant()} {timing.WorkSeconds:0.00} s");
        status.MarkupLineInterpolated($"[grey]{summary.TotalSeconds:0.00} s: {string.Join(", ", stages)}; {summary.ReplyTokens} tokens[/]");
        foreach (var reason in summary.Degraded)
        {
            status.MarkupLineInterpolated($"[yellow]{reason}[/]");
        }
    }
}
