using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using Cafe.Training.Stages;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Encoders;

/// <summary>Runs trained encoders over a store and keeps the results in fp16: latents, C(y) (in fp32), E(x).</summary>
public sealed class FeatureStage : IStage
{
    public string Kind => "features";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config)
    {
        var options = StageJson.Parse<FeatureOptions>(config);
        return [new PlannedPart("features", 0, 0, 0, 0, options.Store)];
    }

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<FeatureOptions>(config);
        using var store = context.OpenStore(options.Store);
        var columns = new List<Column>();
        try
        {
            AddLatents(columns, options, store, context);
            AddSemantic(columns, options, context);
            AddPatches(columns, options, context);
            Write(columns, options, store, context, cancellation);
        }
        finally
        {
            columns.ForEach(c => c.Dispose());
        }
    }

    private static void AddLatents(List<Column> columns, FeatureOptions options, TensorStore store, StageContext context)
    {
        if (options.Autoencoder is not { } folder)
        {
            return;
        }

        var config = AutoencoderKlConfig.From(context.ReadConfig(folder));
        var graph = AutoencoderKl.BuildEncoder(config);
        foreach (var (name, from) in new[] { (SampleFields.Latents, SampleFields.Target), (SampleFields.ReferenceLatents, SampleFields.Reference) })
        {
            if (name == SampleFields.Latents || options.ReferenceLatents)
            {
                var shape = store.Field(from).Shape;
                var field = new SampleField(name, TensorType.Float16, [2 * config.LatentChannels, shape[1] / config.Downscale, shape[2] / config.Downscale]);
                columns.Add(new Column(field, from, graph, context.LoadFrozen(folder, graph), "sample", pictures => pictures.ToUnitRange()));
            }
        }
    }

    private static void AddSemantic(List<Column> columns, FeatureOptions options, StageContext context)
    {
        if (options.Clip is { } folder)
        {
            var config = ClipConfig.From(context.ReadConfig(folder));
            var graph = Clip.BuildVision(config);
            var field = new SampleField(SampleFields.Semantic, TensorType.Float32, [config.ProjectionDim]);
            columns.Add(new Column(field, SampleFields.Target, graph, context.LoadFrozen(folder, graph), "pixel_values", p => options.ClipPreprocess.Apply(p, config.ImageSize)));
        }
    }

    private static void AddPatches(List<Column> columns, FeatureOptions options, StageContext context)
    {
        if (options.SubjectEncoder is { } folder)
        {
            var config = Dinov2Config.From(context.ReadConfig(folder));
            var side = options.SubjectSide ?? config.ImageSize;
            var grid = side / config.PatchSize;
            var graph = Dinov2.Build(config, side, side);
            var field = new SampleField(SampleFields.Patches, TensorType.Float16, [1 + (grid * grid), config.HiddenSize]);
            columns.Add(new Column(field, SampleFields.Reference, graph, context.LoadFrozen(folder, graph), "pixel_values", p => options.SubjectPreprocess.Apply(p, side)));
        }
    }

    private static void Write(List<Column> columns, FeatureOptions options, TensorStore store, StageContext context, CancellationToken cancellation)
    {
        using var inference = torch.inference_mode();
        using var writer = new TensorStoreWriter(context.Path(options.Output), [.. columns.Select(c => c.Field)]);
        var clock = new RunClock(context.Time, 0);
        context.Report.Started("features", 0, store.Count, 0);
        for (var start = 0L; start < store.Count; start += options.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            var count = (int)Math.Min(options.BatchSize, store.Count - start);
            long[] indices = [.. Enumerable.Range(0, count).Select(i => start + i)];
            var pictures = columns.Select(c => c.From).Distinct().ToDictionary(from => from, from => store.FloatBatch(from, indices));
            foreach (var column in columns)
            {
                writer.Write(column.Field, column.Module.Forward((column.Input, column.Prepare(pictures[column.From]))));
            }

            var done = start + count;
            var speed = clock.StepsPerSecond(done);
            if (done == store.Count || done / 1024 != start / 1024)
            {
                var point = new LossPoint(done, 0, 0, 0, clock.Elapsed.TotalSeconds, new Dictionary<string, double>());
                context.Report.Progress("features", point, store.Count, speed, TimeSpan.FromSeconds((store.Count - done) / Math.Max(1e-9, speed)));
            }
        }

        writer.Complete();
        context.Report.Finished("features", store.Count, clock.Elapsed);
    }

    private sealed class Column(SampleField column, string from, Graph graph, ParameterSet weights, string input, Func<Tensor, Tensor> prepare) : IDisposable
    {
        public SampleField Field => column;

        public string From => from;

        public string Input => input;

        public Func<Tensor, Tensor> Prepare => prepare;

        public GraphModule Module { get; } = new(graph, weights);

        public void Dispose()
        {
            Module.Dispose();
            weights.Dispose();
        }
    }
}
