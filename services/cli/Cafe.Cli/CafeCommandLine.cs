using System.CommandLine;
using Cafe.Cli.Batch;
using Cafe.Cli.Chat;
using Cafe.Cli.Distillation;
using Cafe.Cli.Evaluation;
using Cafe.Cli.Generate;
using Cafe.Cli.Model;
using Cafe.Cli.Up;

namespace Cafe.Cli;

/// <summary>The commands of <c>cafe</c>.</summary>
public static class CafeCommandLine
{
    /// <summary>The root command.</summary>
    public static RootCommand Create() => new("Cafe: one picture of a subject and some words in, new pictures of that subject and a reply out.")
    {
        GenerateCommand.Create(),
        ChatCommand.Create(),
        BatchCommand.Create(),
        UpCommand.Create(),
        ModelCommands.Create(),
        EvalCommands.Create(),
        DistillCommand.Create(),
    };
}
