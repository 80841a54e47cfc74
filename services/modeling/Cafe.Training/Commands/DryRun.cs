using System.Globalization;
using Cafe.Evaluation.Quadruplets;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Published;
using Cafe.Training.Stages;
using Spectre.Console;

namespace Cafe.Training.Commands;

/// <summary>What a plan would train and what it takes: the models it builds on, what is trained with its memory, the data it expects, each with whether it is there.</summary>
/// <param name="work">The work folder, which need not be there yet.</param>
internal sealed class DryRun(string work, IAnsiConsole console)
{
    public void Show(IReadOnlyList<StageFile> stages, PlanInputs inputs)
    {
        var published = inputs.Parts.ToDictionary(part => part.Folder, part => (Part: part, Count: Count(part)));
        console.Write(Parts(published.Values));
        console.Write(Stages(stages, published.ToDictionary(p => p.Key, p => 4 * p.Value.Count)));
        console.Write(Data(inputs.Data));
    }

    private Table Parts(IEnumerable<(PublishedPart Part, long Count)> parts)
    {
        var table = Head("Published models, in fp32", "folder", "published as", "parameters", "memory", "there");
        foreach (var (part, count) in parts)
        {
            Add(table, part.Folder, part.Source, Millions(count), GiB(4 * count), Directory.Exists(PathOf(part.Folder)) ? "yes" : "no");
        }

        return table;
    }

    private static Table Stages(IReadOnlyList<StageFile> stages, IReadOnlyDictionary<string, long> frozenBytes)
    {
        var table = Head("What is trained; memory is of weights, gradients, AdamW and the moving average in fp32, activations come on top", "stage", "part", "parameters", "trained", "memory", "with frozen models", "batch", "steps", "data");
        foreach (var (stage, part) in stages.SelectMany(stage => StageTable.Find(stage.Kind).Plan(stage.Config).Where(part => part.Steps > 0).Select(part => (stage, part))))
        {
            var frozen = part.Beside.Sum(folder => frozenBytes.GetValueOrDefault(folder));
            Add(
                table,
                stage.Name,
                part.Name,
                Millions(part.Parameters),
                Millions(part.Trained),
                GiB(part.Bytes),
                GiB(part.Bytes + frozen),
                $"{part.BatchSize}",
                $"{part.Steps}",
                part.Data);
        }

        return table;
    }

    private Table Data(IEnumerable<ExpectedData> data)
    {
        var table = Head("Samples: (x, t, r, y) in folders with index.jsonl, or shards of it", "folder", "holds", "the paper's", "there");
        foreach (var folder in data)
        {
            Add(table, folder.Folder, folder.Holds, folder.Samples.ToString("N0", CultureInfo.InvariantCulture), Lines(PathOf(folder.Folder)));
        }

        return table;
    }

    // By the folder's own configuration where it is there, else at the paper's size.
    private long Count(PublishedPart part)
    {
        var folder = PathOf(part.Folder);
        var config = File.Exists(Path.Combine(folder, "config.json")) ? CheckpointFolder.ReadConfig(folder) : part.ConfigOf(ModelConfigs.For(ModelPreset.Paper));
        return part.Specs(config).Sum(spec => spec.Count);
    }

    private static string Lines(string folder) =>
        Directory.Exists(folder) ? QuadrupletFolder.Read(folder).LongCount().ToString("N0", CultureInfo.InvariantCulture) : "no";

    private string PathOf(string folder) => Path.Combine(work, folder);

    private static Table Head(string title, params string[] columns) => new Table { Title = new TableTitle(Markup.Escape(title)) }.AddColumns([.. columns.Select(column => Markup.Escape(column))]);

    private static void Add(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => Markup.Escape(cell))]);

    private static string Millions(long count) => FormattableString.Invariant($"{count / 1e6:n1}M");

    private static string GiB(long bytes) => FormattableString.Invariant($"{bytes / (double)(1L << 30):n2} GiB");
}
