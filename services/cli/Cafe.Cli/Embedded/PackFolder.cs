namespace Cafe.Cli.Embedded;

/// <summary>Finds the pack to serve when none is named.</summary>
internal static class PackFolder
{
    private const string Variable = "CAFE_PACK";

    /// <summary>The named folder; else CAFE_PACK; else the mini pack beside the program or in the checkout above it.</summary>
    /// <exception cref="CliException">There is no pack there, or none anywhere.</exception>
    public static string Find(string? named)
    {
        var chosen = named ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(chosen))
        {
            return Holds(chosen) ? Path.GetFullPath(chosen) : throw new CliException($"There is no pack in {chosen}: it has no manifest.json.");
        }

        var beside = Path.Combine(AppContext.BaseDirectory, "packs", "mini");
        if (Holds(beside))
        {
            return beside;
        }

        foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var mini = Path.Combine(folder.FullName, "services", "packs", "mini");
                if (Holds(mini))
                {
                    return mini;
                }
            }
        }

        throw new CliException($"No pack was found. Name one with --pack or {Variable}; `cafe model synth` makes one to try with.");
    }

    private static bool Holds(string folder) => File.Exists(Path.Combine(folder, "manifest.json"));
}
