using System.Runtime.InteropServices;
using System.Text.Json;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Filtering;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Conversations;
using Cafe.Training.Data.Compositing;
using Cafe.Training.Data.Samples;
using Cafe.Training.Samples;
using Cafe.Training.Stages;

namespace Cafe.Training.Filtering;

/// <summary>Says which samples pass the automatic filter, and how well that finds the faults that are known.</summary>
public sealed class FilterStage : IStage
{
    private const int Batch = 64;

    private static readonly SampleField
        Kept = new(SampleFields.Kept, TensorType.UInt8, []),
        Text = new("text_similarity", TensorType.Float32, []),
        Subject = new("subject_similarity", TensorType.Float32, []);

    public string Kind => "filter";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) =>
        [new PlannedPart("filter", 0, 0, 0, 0, StageJson.Parse<FilterOptions>(config).Store)];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<FilterOptions>(config);
        if (options.CalibrationShare is not (> 0 and < 1))
        {
            throw new ArgumentException($"calibration_share must lie above 0 and below 1, not {options.CalibrationShare}.");
        }

        try
        {
            Filter(options, context, cancellation);
        }
        catch (EvaluatorException failure)
        {
            throw new ArgumentException(failure.Message, failure);
        }
    }

    private static void Filter(FilterOptions options, StageContext context, CancellationToken cancellation)
    {
        var sessions = new SessionFactory(new SessionSettings { Threads = options.Threads });
        using var clip = Evaluator.Load(context.Path(options.Clip), sessions);
        using var dino = Evaluator.Load(context.Path(options.Dino), sessions);
        using var store = context.OpenStore(options.Store);
        var captions = ConversationFile.Read(Path.Combine(context.Path(options.Store), "conversations.jsonl")).ToDictionary(line => line.Sample, line => line.Caption);
        var scores = Score(new SampleFilter(clip, dino), store, captions, context, cancellation);
        var faults = store.Has(CompositeFields.Fault.Name)
            ? scores.Keys.ToDictionary(row => row, row => (TeacherFault)store.Number(CompositeFields.Fault.Name, row))
            : null;
        var report = Report(options, scores, faults) with { Clip = clip.Description.Name, Dino = dino.Description.Name, Samples = store.Count };
        Write(context.Path(options.Output), store.Count, scores, report.Thresholds);
        report.Write(context.Path(options.Output));
    }

    // By row; samples without a conversation have no caption, are not scored, and are not kept.
    private static SortedDictionary<long, FilterScore> Score(SampleFilter filter, TensorStore store, Dictionary<long, string> captions, StageContext context, CancellationToken cancellation)
    {
        var (scores, start, done) = (new SortedDictionary<long, FilterScore>(), context.Time.GetTimestamp(), 0);
        context.Report.Started("filter", 0, captions.Count, 0);
        foreach (var rows in captions.Keys.Order().Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = filter.Score([.. rows.Select(row => (StorePictures.Read(store, SampleFields.Reference, row), StorePictures.Read(store, SampleFields.Target, row), captions[row]))], cancellation);
            for (var i = 0; i < rows.Length; i++)
            {
                scores[rows[i]] = batch[i];
            }

            done += rows.Length;
            if (done / Batch % 20 == 0)
            {
                var spent = context.Time.GetElapsedTime(start);
                var speed = done / Math.Max(1e-9, spent.TotalSeconds);
                var point = new Running.LossPoint(done, 0, 0, 0, spent.TotalSeconds, new Dictionary<string, double>());
                context.Report.Progress("filter", point, captions.Count, speed, TimeSpan.FromSeconds((captions.Count - done) / Math.Max(1e-9, speed)));
            }
        }

        context.Report.Finished("filter", captions.Count, context.Time.GetElapsedTime(start));
        return scores;
    }

    private static FilterReport Report(FilterOptions options, SortedDictionary<long, FilterScore> scores, Dictionary<long, TeacherFault>? faults)
    {
        var all = scores.Select(pair => (pair.Value, Faulty: faults is not null && faults[pair.Key] != TeacherFault.None, Fault: faults?[pair.Key])).ToList();
        var calibrated = options.Thresholds is null ? Math.Max(1, (int)(all.Count * options.CalibrationShare)) : 0;
        var (first, rest) = (all.Take(calibrated).Select(s => (s.Value, s.Faulty)).ToList(), all.Skip(calibrated).ToList());
        if (options.Thresholds is null && faults is null)
        {
            throw new ArgumentException($"{options.Store} has no column '{CompositeFields.Fault.Name}': thresholds must be given, for they can't be found.");
        }

        var thresholds = options.Thresholds ?? ThresholdSearch.Find(first);
        return new FilterReport
        {
            Thresholds = thresholds,
            Clip = "",
            Dino = "",
            Kept = all.Count(sample => thresholds.Keeps(sample.Value)),
            Calibration = calibrated == 0 ? null : ThresholdSearch.Measure(thresholds, first),
            Validation = faults is null ? null : ThresholdSearch.Measure(thresholds, rest.Select(s => (s.Value, s.Faulty))),
            DroppedByFault = faults is null ? null : rest.GroupBy(s => s.Fault!.Value).OrderBy(group => group.Key)
                .ToDictionary(group => group.Key.ToString(), group => group.Average(s => thresholds.Keeps(s.Value) ? 0.0 : 1)),
        };
    }

    private static void Write(string folder, long count, SortedDictionary<long, FilterScore> scores, FilterThresholds thresholds)
    {
        using var writer = new TensorStoreWriter(folder, Kept, Text, Subject);
        for (var row = 0L; row < count; row++)
        {
            var scored = scores.TryGetValue(row, out var score);
            writer.Write(Kept, [(byte)(scored && thresholds.Keeps(score) ? 1 : 0)]);
            writer.Write(Text, Bytes(scored ? (float)score.Text : float.NaN));
            writer.Write(Subject, Bytes(scored ? (float)score.Subject : float.NaN));
        }

        writer.Complete();
    }

    private static ReadOnlySpan<byte> Bytes(float value) => MemoryMarshal.AsBytes<float>(new[] { value });
}
