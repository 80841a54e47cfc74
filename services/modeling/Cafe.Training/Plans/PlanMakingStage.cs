using System.Text.Json;
using Cafe.Evaluation.Plans;
using Cafe.Imaging.Encoding;
using Cafe.Training.Conversations;
using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Samples;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Plans;

/// <summary>Writes a plan: a canonical picture of every subject, a wish for every sample, and the sample's own picture.</summary>
public sealed class PlanMakingStage : IStage
{
    public string Kind => "evaluation_plan";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) =>
        [new PlannedPart("evaluation plan", 0, 0, 0, 0, StageJson.Parse<PlanMakingOptions>(config).Store)];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<PlanMakingOptions>(config);
        if (options.Count < 1)
        {
            throw new ArgumentException($"count must be at least 1, not {options.Count}.");
        }

        using var store = context.OpenStore(options.Store);
        var names = DataIndex.SubjectNames(context.Path(options.Data));
        var designs = DataIndex.Designs(context.Path(options.Data));
        var folder = context.Path(options.Output);
        Directory.CreateDirectory(Path.Combine(folder, "subjects"));
        Directory.CreateDirectory(Path.Combine(folder, "targets"));
        var (subjects, items) = (new Dictionary<string, PlanSubject>(StringComparer.Ordinal), new List<PlanItem>());
        var writer = new GrammarWriter(options.Templates);

        // Every subject of the store is in the gallery, whether or not a wish is about it.
        for (var row = 0L; row < store.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            var subject = Subject(store, row, names, designs);
            if (subjects.TryAdd(subject.Key, subject))
            {
                Save(store, SampleFields.Reference, row, Path.Combine(folder, subject.Picture));
            }

            if (items.Count < options.Count && Item(store, row, subject, writer, options) is { } item)
            {
                items.Add(item);
                if (item.Target is { } target)
                {
                    Save(store, SampleFields.Target, row, Path.Combine(folder, target));
                }
            }
        }

        EvaluationPlan.Write(folder, new PlanDescription
        {
            Format = PlanDescription.CurrentFormat,
            Name = Path.GetFileName(options.Output),
            Subjects = [.. subjects.Values],
            Scenes = [.. SceneCatalog.All.Select(scene => new PlanScene(scene.Name, SceneMentions.WordsOf(scene)))],
        }, items);
    }

    // The same subject in another design or other colours is another one: the picture differs.
    private static PlanSubject Subject(TensorStore store, long row, IReadOnlyDictionary<int, string> names, IReadOnlyList<string> designs)
    {
        var index = (int)store.Number(SampleFields.Subject, row);
        var design = designs[(int)store.Number(CompositeFields.Design.Name, row)];
        using var batch = store.FloatBatch(CompositeFields.Colouring.Name, [row]);
        using var colouring = batch.cpu();
        var values = colouring.data<float>().ToArray();
        var varied = values[0] != 0 || values[1] != 1;
        var key = FormattableString.Invariant($"{design}-{index}") + (varied ? FormattableString.Invariant($"-{row}") : "");
        return new PlanSubject(key, names[index], $"subjects/{key}.png", design);
    }

    private static PlanItem? Item(TensorStore store, long row, PlanSubject subject, GrammarWriter writer, PlanMakingOptions options)
    {
        var scene = SceneCatalog.All[(int)store.Number(SampleFields.Scene, row)];
        var accessory = Label(SampleFields.Accessory) is { } worn ? AccessoryCatalog.All[worn] : null;
        var look = Label(SampleFields.Look) is { } rendered ? LookCatalog.All[rendered] : null;
        var facts = new PictureFacts(subject.Name, scene, accessory, look);
        var conversation = writer.Write(facts, options.Seed, row);
        var asked = conversation.Kind != ConversationKind.Vague;
        var id = FormattableString.Invariant($"{row:D6}");
        return !options.Kinds.Contains(conversation.Kind) ? null : new PlanItem
        {
            Id = id,
            Subject = subject.Key,
            Turns = conversation.Turns,
            Caption = facts.Caption(options.Seed, row),
            Seed = (ulong)row,
            Scene = asked ? scene.Name : null,
            Accessory = asked ? accessory?.Name : null,
            Look = asked ? look?.Name : null,
            Target = options.Targets ? $"targets/{id}.png" : null,
            Reply = options.Replies ? conversation.Reply : null,
        };

        int? Label(string field) => store.Number(field, row) is var label and >= 0 ? (int)label : null;
    }

    private static void Save(TensorStore store, string field, long row, string path) =>
        File.WriteAllBytes(path, PngEncoder.Encode(StorePictures.Read(store, field, row)));
}
