using System.Text.Json;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;
using Cafe.Training.Stages;

namespace Cafe.Training.Unpacking;

/// <summary>Takes a part out of a pack, back into the layout in which such models are published.</summary>
public sealed class UnpackStage : IStage
{
    public string Kind => "unpack";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) => [new PlannedPart("unpack", 0, 0, 0, 0, StageJson.Parse<UnpackStageOptions>(config).Pack)];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<UnpackStageOptions>(config);
        var pack = context.Path(options.Pack);
        var graphs = new List<Checkpoint>();
        try
        {
            graphs.AddRange(options.Graphs.Select(graph => PackedWeights.Read(Path.Combine(pack, graph))));
            Write(options, pack, graphs, context);
        }
        finally
        {
            graphs.ForEach(graph => graph.Dispose());
        }

        options.Preprocess?.Write(context.Path(options.Output), options.Side);
        foreach (var file in options.Copies)
        {
            File.Copy(Path.Combine(pack, file), Path.Combine(context.Path(options.Output), Path.GetFileName(file)), overwrite: true);
        }
    }

    private static void Write(UnpackStageOptions options, string pack, IReadOnlyList<Checkpoint> graphs, StageContext context)
    {
        var tensors = graphs.SelectMany(graph => graph.Tensors)
            .Concat(Rows(options.Rows, pack))
            .DistinctBy(tensor => tensor.Name) // graphs of one part may share weights
            .OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToList();
        if (options.Model is { } model)
        {
            context.WriteModel(options.Output, model, options.File, tensors);
        }
        else
        {
            SafetensorsWriter.Write(Path.Combine(context.Path(options.Output), options.File), tensors);
        }
    }

    // What a pack keeps as plain rows, in the type and shape that its manifest gives.
    private static IEnumerable<TensorSource> Rows(IReadOnlyDictionary<string, string> names, string pack)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var manifest = PackFolder.Open(pack).Manifest;
        var (semantic, subject) = (manifest.Diffuser.Conditioning.Semantic, manifest.Diffuser.Conditioning.Subject);
        var kept = new[] { manifest.Assistant.EmbedTokens, manifest.Assistant.ImageToken, Null(semantic), Null(subject) }.OfType<RawRows>().ToList();
        return names.Select(named =>
        {
            var rows = kept.Find(rows => rows.Path == named.Key)
                ?? throw new ArgumentException($"rows: the pack keeps no rows in '{named.Key}'; it does in {string.Join(", ", kept.Select(rows => rows.Path))}.");
            var type = rows.Dtype == PackElementType.Float16 ? TensorType.Float16 : TensorType.Float32;
            return (TensorSource)new MemoryTensor(named.Value, type, [.. rows.Shape], File.ReadAllBytes(Path.Combine(pack, rows.Path)));
        });

        static RawRows? Null(ConditionTokens tokens) => tokens.Null is { } path ? new RawRows { Path = path, Dtype = PackElementType.Float32, Shape = [tokens.Tokens, tokens.Width] } : null;
    }
}
