using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Evaluators;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using Cafe.Training.Tests.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Evaluators;

public sealed class EvaluatorTaskTests
{
    private const int Samples = 24, Batch = 4;

    private const string Model = """{ "channels": [4, 4], "layers_per_level": 1, "norm_num_groups": 2, "width": 8, "heads": {} }""";

    [Fact]
    public void Loss_BatchByDesign_EveryBatchIsOfOneDesignAndEverySampleHasItsTurn()
    {
        using var scope = torch.NewDisposeScope();
        var designs = Enumerable.Range(0, Samples).Select(i => i % 3).ToArray();
        var pictures = torch.zeros(Samples, 3, 16, 16, ScalarType.Byte);
        var source = new Recorded(new MemorySource()
            .With(SampleFields.Target, pictures).With(SampleFields.Reference, pictures)
            .With(SampleFields.Subject, torch.arange(Samples, ScalarType.Int32))
            .With("design", torch.tensor(designs)));
        var options = new EvaluatorOptions
        {
            Stage = "evaluator", Output = "evaluator", Model = default, Stores = [], BatchBy = "design",
            Training = new TrainingOptions { Seed = 1, Steps = 6, BatchSize = Batch },
        };
        using var task = new EvaluatorTask(PictureCnnConfig.From(ModelConfig.Parse("config.json", System.Text.Encoding.UTF8.GetBytes(Model))), options, source, validation: null);
        var seen = new List<long>();
        for (var number = 0; number < Samples / Batch; number++)
        {
            source.Targets.Clear();
            using var step = new TrainingStep(1, number, 0, Batch, number * Batch);
            task.Loss(step);
            Assert.Single(source.Targets.Select(index => designs[index]).Distinct());
            seen.AddRange(source.Targets);
        }

        Assert.Equal(Enumerable.Range(0, Samples).Select(i => (long)i), seen.Order());
    }

    // Which samples' targets are read.
    private sealed class Recorded(MemorySource source) : ISampleSource
    {
        public List<long> Targets { get; } = [];

        public long Count => source.Count;

        public IReadOnlyList<SampleField> Fields => source.Fields;

        public void Read(SampleField field, long index, Span<byte> destination)
        {
            if (field.Name == SampleFields.Target)
            {
                Targets.Add(index);
            }

            source.Read(field, index, destination);
        }
    }
}
