using System.CommandLine;

namespace Cafe.Training.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<DirectoryInfo> Work() => new("--work") { Description = "Folder for data, checkpoints and trained parts, outside the repository", Required = true };

    public static Option<int> Threads() => new("--threads") { Description = "Threads of libtorch (default: one for each core)", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static Option<string> Device() => new("--device") { Description = "cpu, or cuda, cuda:1, ... with libtorch's CUDA package (services/modeling/README.md)", DefaultValueFactory = _ => "cpu" };

    public static Option<long?> StopAfter() => new("--stop-after") { Description = "End every training after this many steps, for a trial" };

    public static Option<DirectoryInfo?> Configs(string name) => new("--configs") { Description = $"Folder of the configurations (default: configs/{name} beside the program)" };
}
