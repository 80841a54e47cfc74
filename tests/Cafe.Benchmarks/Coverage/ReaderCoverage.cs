using System.Globalization;

namespace Cafe.Benchmarks.Coverage;

/// <summary>The readers of foreign bytes, and how much of each the fuzz tests run, as Markdown.</summary>
internal static class ReaderCoverage
{
    // Where each reader's sources are; what only writes is left out.
    private static readonly (string Reader, string[] Sources, string[] Without)[] Readers =
    [
        ("safetensors", ["Cafe.Modeling/Checkpoints/Safetensors/"], ["SafetensorsWriter.cs"]),
        ("shard index", ["Cafe.Modeling/Checkpoints/Folders/ShardedCheckpoint.cs"], []),
        ("pickle", ["Cafe.Modeling/Checkpoints/PyTorch/"], []),
        ("manifest", ["Cafe.Packs/Manifest/"], ["ManifestWriter.cs", "PackFolder.cs", "PackHash.cs", "RawRows.cs"]),
        ("pictures", ["Cafe.Imaging/Decoding/"], []),
    ];

    public static void Report(LineCoverage coverage, TextWriter output)
    {
        output.WriteLine("| reader | lines | run | share |");
        output.WriteLine("|---|---|---|---|");
        foreach (var (reader, files) in Readers.Select(r => (r.Reader, FilesOf(r.Sources, r.Without, coverage))))
        {
            output.WriteLine(Row(reader, files.SelectMany(file => coverage[file].Values).ToList()));
        }

        output.WriteLine();
        output.WriteLine("| reader | file | lines | run | share | not run |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var (reader, files) in Readers.Select(r => (r.Reader, FilesOf(r.Sources, r.Without, coverage))))
        {
            foreach (var file in files)
            {
                var missed = coverage[file].Where(line => !line.Value).Select(line => line.Key).ToList();
                output.WriteLine($"{Row($"{reader} | {Path.GetFileName(file)}", [.. coverage[file].Values])} {Ranges(missed)} |");
            }
        }
    }

    private static List<string> FilesOf(string[] sources, string[] without, LineCoverage coverage) =>
        [.. coverage.Files.Where(file => Array.Exists(sources, s => file.Contains(s, StringComparison.Ordinal)) && !without.Contains(Path.GetFileName(file)) && coverage[file].Count > 0)];

    private static string Row(string name, List<bool> lines) => lines.Count == 0
        ? throw new InvalidOperationException($"No report has the sources of '{name}'.")
        : string.Create(CultureInfo.InvariantCulture, $"| {name} | {lines.Count} | {lines.Count(run => run)} | {100.0 * lines.Count(run => run) / lines.Count:F1}% |");

    // 3, 5-8
    private static string Ranges(List<int> lines)
    {
        var ranges = new List<string>();
        for (var i = 0; i < lines.Count;)
        {
            var end = i;
            while (end + 1 < lines.Count && lines[end + 1] == lines[end] + 1)
            {
                end++;
            }

            ranges.Add(end == i ? $"{lines[i]}" : $"{lines[i]}-{lines[end]}");
            i = end + 1;
        }

        return string.Join(", ", ranges);
    }
}
