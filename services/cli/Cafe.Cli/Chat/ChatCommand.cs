using System.CommandLine;
using Cafe.Cli.Generate;
using Cafe.Cli.Terminal;

namespace Cafe.Cli.Chat;

/// <summary><c>cafe chat</c>: a conversation about a subject; every turn's pictures are saved.</summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        var image = new Option<string>("--image") { Description = "The subject: a JPEG, PNG or WebP file.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder for the pictures.", DefaultValueFactory = _ => "." };
        var options = new RequestOptions();
        var server = new ServerOptions();
        var command = new Command("chat", "Talk about a subject over several turns.") { image, output };
        options.AddTo(command);
        server.AddTo(command);
        command.Does(async (result, cancellation) =>
        {
            var consoles = Consoles.ForProcess();
            var subject = RequestOptions.ReadImage(result.GetRequiredValue(image));
            await using var connection = await server.ConnectAsync(result, consoles.Status, cancellation);
            var session = new ChatSession(connection.Client, consoles, options.Read(result), subject, result.GetRequiredValue(output));
            await session.RunAsync(Console.In, cancellation);
            return 0;
        });
        return command;
    }
}
