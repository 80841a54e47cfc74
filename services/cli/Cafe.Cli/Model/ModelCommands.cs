using System.CommandLine;

namespace Cafe.Cli.Model;

/// <summary><c>cafe model</c>: makes, describes and checks packs.</summary>
public static class ModelCommands
{
    public static Command Create() => new("model", "Build, describe and check packs.")
    {
        BuildCommand.Create(),
        SynthCommand.Create(),
        InspectCommand.Create(),
        VerifyCommand.Create(),
    };
}
