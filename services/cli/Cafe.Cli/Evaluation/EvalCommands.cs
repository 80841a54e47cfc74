using System.CommandLine;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval</c>: measures packs, and pictures made elsewhere.</summary>
internal static class EvalCommands
{
    public static Command Create() => new("eval", "Measure a pack, or pictures made elsewhere: generate by a plan, score, tabulate.")
    {
        DreamBenchCommand.Create(),
        FacesCommand.Create(),
        EvaluatorCommand.Create(),
        RunCommand.Create(),
        ScoreCommand.Create(),
        ConversationCommand.Create(),
        AutoencoderCommand.Create(),
        ReportCommand.Create(),
    };
}
