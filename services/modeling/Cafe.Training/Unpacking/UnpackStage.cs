using System.Text.Json;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
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
            .Concat(options.Rows.Select(rows => Rows(Path.Combine(pack, rows.Key), rows.Value)))
            .DistinctBy(tensor => tensor.Name)
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

    private static MemoryTensor Rows(string path, string name)
    {
        var bytes = File.ReadAllBytes(path);
        return new MemoryTensor(name, TensorType.Float32, [bytes.Length / sizeof(float)], bytes);
    }
}
