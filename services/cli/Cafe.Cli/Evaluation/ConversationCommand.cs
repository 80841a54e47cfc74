using System.CommandLine;
using Cafe.Cli.Terminal;
using Cafe.Evaluation.Conversations;
using Cafe.Evaluation.Plans;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval conversation</c>: messages written by hand, answered by the served pipeline, and judged; run it again to resume.</summary>
internal static class ConversationCommand
{
    private const int MostWindow = 64;

    public static Command Create()
    {
        var folder = new Option<string>("--plan") { Description = "Folder of the plan whose subjects the messages are about.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder of the exchanges.", Required = true };
        var messages = new Option<string?>("--messages") { Description = "Messages, one JSON object a line. Default: the hundred that ship with the program." };
        var repeat = new Option<int>("--repeat") { Description = "How often each message is said, each time about another subject and with other seeds.", DefaultValueFactory = _ => 1 };
        var steps = new Option<int?>("--steps") { Description = "Denoising steps of the pictures. Default: the pack's; 1 where the replies alone are of interest." };
        var window = new Option<int>("--window") { Description = $"Conversations at once, 1 to {MostWindow}.", DefaultValueFactory = _ => 4 };
        var (judges, server) = (new JudgeOptions(), new ServerOptions());
        var command = new Command("conversation", "Judge replies: does what is said fit what was asked and what is shown?") { folder, output, messages, repeat, steps, window };
        judges.AddTo(command);
        server.AddTo(command);
        command.Does(async (result, cancellation) =>
        {
            var consoles = Consoles.ForProcess();
            var size = result.GetValue(window) is var given and >= 1 and <= MostWindow ? given : throw new CliException($"--window must be 1 to {MostWindow}, not {result.GetValue(window)}.");
            var times = result.GetValue(repeat) is var wanted and >= 1 ? wanted : throw new CliException($"--repeat must be at least 1, not {result.GetValue(repeat)}.");
            var plan = EvaluationPlan.Open(result.GetRequiredValue(folder));
            var said = result.GetValue(messages) is { } file ? Message.Read(file) : Message.Shipped();
            using var loaded = judges.Load(result);
            var into = result.GetRequiredValue(output);
            var variant = new EvalVariant("conversation") { Steps = result.GetValue(steps) };
            IReadOnlyList<Exchange> exchanges;
            await using (var connection = await server.ConnectAsync(result, consoles.Status, cancellation))
            {
                await ResultFolder.BeginAsync(into, plan, variant, connection.Client, cancellation);
                exchanges = await new ConversationRun(connection.Client, plan, variant.Steps, into, consoles).RunAsync(said, times, size, cancellation);
            }

            new ConversationScoring(plan, loaded, consoles).Run(into, said, exchanges, cancellation);
            return 0;
        });
        return command;
    }
}
