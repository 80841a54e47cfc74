using System.CommandLine;
using Cafe.Training.Commands;
using Cafe.Training.Execution;

NativeSettings.Apply();
NativeMemory.KeepFreed();
return await new RootCommand("Trains what Cafe serves: every part from nothing in miniature, or at full size on a GPU.")
{
    DataCommand.Create(),
    TokenizerCommand.Create(),
    TokensCommand.Create(),
    RunCommand.Create(),
    MiniCommand.Create(),
    FullCommand.Create(),
}.Parse(args).InvokeAsync();
