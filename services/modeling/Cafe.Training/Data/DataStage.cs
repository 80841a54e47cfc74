using System.Security.Cryptography;
using System.Text.Json;
using Cafe.Training.Conversations;
using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Compositing;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Samples;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Data.Sources;
using Cafe.Training.Data.Subjects;
using Cafe.Training.Samples;

namespace Cafe.Training.Data;

/// <summary>
/// Makes the stores, the conversations and the contact sheets from the sources. Parts that are complete and were made with the same
/// options are skipped.
/// </summary>
public sealed class DataStage(DataOptions options, string output)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Reads the sources and clusters and splits their subjects.</summary>
    public SubjectCatalog ReadCatalog() => SubjectCatalog.Build(Sources(), options.Side, options.HeldOutShare);

    /// <summary>Makes everything.</summary>
    /// <param name="writer">Writes the conversations.</param>
    /// <param name="report">Told what is being made, and how much of it.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public async Task RunAsync(IConversationWriter writer, Action<string, int, int> report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(report);
        options.Validate();
        Directory.CreateDirectory(output);
        report("subjects", 0, 1);
        var catalog = ReadCatalog();
        WriteCatalog(catalog);
        report("subjects", 1, 1);
        var sheets = new DataSheets(Path.Combine(output, "sheets"), catalog, new CompositeOptions { Side = options.Side }, options.Seed);
        sheets.WriteAll();
        foreach (var part in options.Parts)
        {
            var composites = part.Options with { Side = options.Side };
            var sampler = new SampleSampler(part.HeldOut ? catalog.HeldOut : catalog.Seen, composites, options.Seed, part.Name);
            var folder = Path.Combine(output, part.Name);
            var (stamp, made) = (Stamp(part, catalog), Path.Combine(folder, "made-from.txt"));
            if (TensorStore.Exists(folder) && File.Exists(made) && await File.ReadAllTextAsync(made, cancellation) == stamp)
            {
                report(part.Name, part.Count, part.Count);
                continue;
            }

            Directory.CreateDirectory(folder);
            File.Delete(made);
            CompositeStore.Write(folder, catalog, sampler, composites, part.Count, new Reporter(number => report(part.Name, number, part.Count)), cancellation);
            await ConversationFile.WriteAsync(Path.Combine(folder, "conversations.jsonl"), writer, sampler, part.Count, options.Seed, cancellation);
            sheets.WritePart(part.Name, sampler, composites);
            await File.WriteAllTextAsync(made, stamp, cancellation);
        }
    }

    private List<ISubjectSource> Sources()
    {
        var sources = new List<ISubjectSource>();
        if (options.Noto is not null || options.Fluent is not null || options.Twemoji is not null)
        {
            var emoji = EmojiList.Read(options.EmojiTest ?? throw new InvalidDataException("EmojiTest is needed for the emoji designs: the path of emoji-test.txt."));
            if (options.Noto is { } noto)
            {
                sources.Add(new NotoEmoji(emoji, noto));
            }

            if (options.Fluent is { } fluent)
            {
                sources.Add(new FluentEmoji(emoji, Installed("fluent", fluent, "assets of the npm package @lobehub/fluent-emoji-3d")));
            }

            if (options.Twemoji is { } twemoji)
            {
                sources.Add(new TwemojiEmoji(emoji, Installed("twemoji", twemoji, "the npm package @twemoji/svg"), 2 * options.Side));
            }
        }

        sources.AddRange(options.CutOuts.Select(folder => new CutOutFolder(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), options.CutOutLicence)));
        return sources;
    }

    private static string Installed(string field, string folder, string source) =>
        Directory.Exists(folder) ? folder : throw new InvalidDataException($"{field}: there is no folder {folder}; it should hold {source}.");

    private void WriteCatalog(SubjectCatalog catalog)
    {
        Save("subjects.json", catalog.Subjects.Select(subject => new
        {
            subject.Index, subject.Key, subject.Name, subject.Group, subject.Cluster, subject.HeldOut, Designs = subject.Pictures.Keys.Order(StringComparer.Ordinal),
        }));
        Save("clusters.json", catalog.Subjects.GroupBy(subject => subject.Cluster).Where(cluster => cluster.Count() > 1)
            .Select(cluster => new { Cluster = cluster.Key, cluster.First().HeldOut, Names = cluster.Select(subject => subject.Name) }));
        Save("credits.json", catalog.Credits);
        Save("labels.json", new
        {
            Scenes = SceneCatalog.All.Select(scene => scene.Name),
            Accessories = AccessoryCatalog.All.Select(accessory => accessory.Name),
            Looks = LookCatalog.All.Select(look => look.Name),
            Faults = Enum.GetNames<TeacherFault>(),
            catalog.Designs,
        });
    }

    private void Save(string name, object value) => File.WriteAllText(Path.Combine(output, name), JsonSerializer.Serialize(value, Json));

    /// <summary>Changes when the part would: its options, the seed, the subjects and who is held out.</summary>
    private string Stamp(DataPart part, SubjectCatalog catalog)
    {
        var text = JsonSerializer.Serialize(new
        {
            part, options.Seed, options.Side,
            Subjects = catalog.Subjects.Select(subject => $"{subject.Key} {subject.HeldOut} {string.Join(' ', subject.Pictures.Keys.Order(StringComparer.Ordinal))}"),
        });
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    private sealed class Reporter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
