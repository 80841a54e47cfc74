using System.Text.Json;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Samples;
using Cafe.Training.Stages;
using Cafe.Training.Tests.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Stages;

/// <summary>A work folder with a few samples of 16 pixels: coloured squares on grounds of three colours, and words about them.</summary>
internal sealed class SmallWorld : IDisposable
{
    public const int Count = 24, Side = 16;

    private readonly TemporaryFolder folder = new();

    public SmallWorld()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var subject = arange(Count, ScalarType.Int32) % 4;
        var scene = (arange(Count, ScalarType.Int32) / 4).floor().to(ScalarType.Int32) % 3;
        var reference = zeros(Count, 3, Side, Side, ScalarType.Byte) + 60;
        var target = zeros(Count, 3, Side, Side, ScalarType.Byte);
        var mask = zeros(Count, Side, Side, ScalarType.Byte);
        var affine = zeros(Count, 2, 3);
        for (var i = 0; i < Count; i++)
        {
            var (s, g) = (i % 4, i / 4 % 3);
            reference[i].narrow(0, s % 3, 1).narrow(1, 3, 10).narrow(2, 3, 10).fill_(200 - 20 * s);
            target[i, g].fill_(120);
            target[i].narrow(0, s % 3, 1).narrow(1, 4, 8).narrow(2, 4, 8).fill_(200 - 20 * s);
            mask[i].narrow(0, 4, 8).narrow(1, 4, 8).fill_(255);
            affine[i] = tensor(new float[] { 1.25f, 0, -2, 0, 1.25f, -2 }, [2, 3]);
        }

        Write("data/train", (SampleFields.Target, target), (SampleFields.Reference, reference), (SampleFields.Mask, mask), (SampleFields.Affine, affine), (SampleFields.Subject, subject), (SampleFields.Scene, scene));
        var padding = full([Count, 3], -1, ScalarType.Int32);
        var words = cat([ones(Count, 1, ScalarType.Int32), (subject + 4).unsqueeze(1), (scene + 10).unsqueeze(1)], 1);
        Write(
            "data/words",
            (SampleFields.Caption, cat([words, padding], 1)),
            (SampleFields.Text, cat([words, words + 1, padding], 1)),
            (SampleFields.Prompt, cat([words, padding], 1)),
            (SampleFields.ImagePosition, ones(Count, ScalarType.Int32)),
            (SampleFields.Reply, cat([words + 1, full([Count, 1], 2, ScalarType.Int32), padding], 1)));
    }

    public StageContext Context(SilentReport? report = null) => new(folder.Path, report ?? new SilentReport(), TimeProvider.System);

    public string File(params string[] parts) => folder.File(parts);

    /// <summary>Runs a stage by its configuration.</summary>
    public SilentReport Run(string json)
    {
        var report = new SilentReport();
        var path = File("stage.json");
        System.IO.File.WriteAllText(path, json);
        var stage = StageFile.Load(path);
        new StageRunner(Context(report), _ => { }).Run(stage, CancellationToken.None);
        return report;
    }

    public static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    public void Dispose() => folder.Dispose();

    private void Write(string store, params (string Name, Tensor Column)[] columns)
    {
        var fields = columns.Select(c => new SampleField(c.Name, c.Column.dtype switch
        {
            ScalarType.Byte => TensorType.UInt8,
            ScalarType.Int32 => TensorType.Int32,
            ScalarType.Float32 => TensorType.Float32,
            var other => throw new InvalidOperationException($"{other}"),
        }, [.. c.Column.shape[1..]])).ToArray();
        using var writer = new TensorStoreWriter(File(store), fields);
        for (var i = 0; i < columns.Length; i++)
        {
            writer.Write(fields[i], columns[i].Column);
        }

        writer.Complete();
    }
}
