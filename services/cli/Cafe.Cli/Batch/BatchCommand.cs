using System.CommandLine;
using Cafe.Cli.Terminal;

namespace Cafe.Cli.Batch;

/// <summary><c>cafe batch</c>: many items through one stream; an interrupted run goes on where it was.</summary>
internal static class BatchCommand
{
    // Some items failed, each with its own error; the others are done.
    private const int SomeFailed = 2;

    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "One JSON object per line: id, image, text and what else a request has (see docs/batch.md)." };
        var output = new Option<string>("--out") { Description = "Folder for pictures and results.jsonl.", Required = true };
        var window = new Option<int>("--window") { Description = "Items in the work at once, 1 to 64.", DefaultValueFactory = _ => 8 };
        var again = new Option<bool>("--retry-failed") { Description = "Also run items again that an earlier run saw fail." };
        var server = new ServerOptions();
        var command = new Command("batch", "Generate for every line of a file; run it again to resume.") { input, output, window, again };
        server.AddTo(command);
        command.Does(async (result, cancellation) =>
        {
            var consoles = Consoles.ForProcess();
            var size = result.GetValue(window);
            if (size is < 1 or > 64)
            {
                throw new CliException($"--window must be 1 to 64, not {size}.");
            }

            var file = result.GetRequiredValue(input);
            if (!File.Exists(file))
            {
                throw new CliException($"There is no file {file}.");
            }

            using var log = ResultLog.Open(result.GetRequiredValue(output), result.GetValue(again));
            await using var connection = await server.ConnectAsync(result, consoles.Status, cancellation);
            var failed = await new BatchJob(connection.Client, consoles, log, file, size).RunAsync(cancellation);
            return failed > 0 ? SomeFailed : 0;
        });
        return command;
    }
}
