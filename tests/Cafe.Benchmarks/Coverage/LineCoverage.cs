using System.Globalization;
using System.Xml.Linq;

namespace Cafe.Benchmarks.Coverage;

/// <summary>Which lines of which source files were run, over all of a folder's Cobertura reports: a line counts as run when any report says so.</summary>
internal sealed class LineCoverage
{
    private const string ReportName = "coverage.cobertura.xml";

    private readonly Dictionary<string, SortedDictionary<int, bool>> files = new(StringComparer.Ordinal);

    /// <summary>Source paths with forward slashes, in order.</summary>
    public IEnumerable<string> Files => files.Keys.Order(StringComparer.Ordinal);

    /// <summary>Lines with code, each with whether it was run.</summary>
    public IReadOnlyDictionary<int, bool> this[string file] => files[file];

    /// <param name="folder">As <c>dotnet test --collect "XPlat Code Coverage" --results-directory</c> leaves it.</param>
    /// <exception cref="FileNotFoundException">It holds no report.</exception>
    public static LineCoverage Read(string folder)
    {
        var reports = Directory.EnumerateFiles(folder, ReportName, SearchOption.AllDirectories).ToList();
        if (reports.Count == 0)
        {
            throw new FileNotFoundException($"{folder} holds no {ReportName}.");
        }

        var coverage = new LineCoverage();
        reports.ForEach(report => coverage.Add(XDocument.Load(report)));
        return coverage;
    }

    private void Add(XDocument report)
    {
        // A file's path is relative to one of the report's roots.
        var roots = report.Descendants("source").Select(s => s.Value).ToArray();
        foreach (var type in report.Descendants("class"))
        {
            var name = (string)type.Attribute("filename")!;
            var path = roots.Select(root => Path.Combine(root, name)).FirstOrDefault(File.Exists) ?? name;
            var lines = Lines(path.Replace('\\', '/'));
            foreach (var line in type.Elements("lines").Elements("line"))
            {
                var number = int.Parse(line.Attribute("number")!.Value, CultureInfo.InvariantCulture);
                lines[number] = lines.GetValueOrDefault(number) || line.Attribute("hits")!.Value != "0";
            }
        }
    }

    private SortedDictionary<int, bool> Lines(string path)
    {
        if (!files.TryGetValue(path, out var lines))
        {
            files.Add(path, lines = []);
        }

        return lines;
    }
}
