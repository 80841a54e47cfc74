using System.CommandLine;
using Cafe.Modeling.Building;
using Cafe.Packs.Manifest;

namespace Cafe.Cli.Model;

/// <summary>The options that <c>build</c> and <c>synth</c> share.</summary>
internal sealed class PackOptions(string defaultVersion)
{
    private readonly Option<PackPrecision> precision = new("--precision")
    {
        Description = "fp32, fp16 (weights in half precision) or int4 (the language model's linear layers in four bits, the rest in half precision).",
        DefaultValueFactory = _ => PackPrecision.Fp32,
    };

    private readonly Option<PackTarget> target = new("--target")
    {
        Description = "cpu or cuda: which of ONNX Runtime's fused operators the graphs use. Graphs for cuda compute fp16 in halves, for which the CPU has to cast around every node.",
        DefaultValueFactory = _ => PackTarget.Cpu,
    };

    private readonly Option<string?> name = new("--name") { Description = "The pack's name; by default the folder's." };

    private readonly Option<string> version = new("--version") { Description = "The pack's version.", DefaultValueFactory = _ => defaultVersion };

    private readonly Option<string?> description = new("--description") { Description = "What the pack is." };

    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Check everything and show sizes, without writing." };

    public void AddTo(Command command)
    {
        command.Add(precision);
        command.Add(target);
        command.Add(name);
        command.Add(version);
        command.Add(description);
        command.Add(dryRun);
    }

    public PackBuildOptions Options(ParseResult result) => new(result.GetValue(target), result.GetValue(precision));

    public bool IsDryRun(ParseResult result) => result.GetValue(dryRun);

    /// <exception cref="ArgumentException">No name is given, and the folder's holds no letter that a pack's may have.</exception>
    public PackIdentity Identity(ParseResult result, PackIdentity defaults) => result.GetValue(name) is null && defaults.Name.Length == 0
        ? throw new ArgumentException("The folder's name gives no name for the pack: say one with --name.")
        : defaults with
        {
            Name = result.GetValue(name) ?? defaults.Name,
            Version = result.GetValue(version)!,
            Description = result.GetValue(description) ?? defaults.Description,
        };

    /// <summary>A folder's name as a pack's name.</summary>
    public static string NameOf(string folder) =>
        string.Concat(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
}
