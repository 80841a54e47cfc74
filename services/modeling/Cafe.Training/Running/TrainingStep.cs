using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Running;

/// <summary>
/// One step, or one part of a step whose batch is run in parts: its number, and everything random about it. All of it follows from the seed and the number, so that a resumed run goes on bit
/// for bit without any saved state of a generator.
/// </summary>
public sealed class TrainingStep : IDisposable
{
    private readonly Dictionary<string, double> figures = [];
    private readonly Generator? generator;

    /// <param name="number">Of the step, from 0.</param>
    /// <param name="part">Of the step's batch, from 0.</param>
    /// <param name="batchSize">Samples of this part.</param>
    public TrainingStep(long seed, long number, int part, int batchSize, long first)
    {
        Number = number;
        BatchSize = batchSize;
        First = first;
        var mixed = Mix((ulong)seed * 0x9E3779B97F4A7C15UL + (ulong)number * 0xD1B54A32D192ED03UL + (ulong)part);
        Random = new Random((int)(mixed & 0x7fffffff));
        var device = torch.get_default_device();
        if (device.type == DeviceType.CPU)
        {
            using var outside = torch.NewDisposeScope();
            generator = new Generator(mixed >> 1, device);
        }
        else
        {
            // TorchSharp makes generators for the CPU alone, whatever the device it is told: a GPU's own is seeded for each step instead.
            torch.cuda.manual_seed((long)(mixed >> 1));
        }
    }

    public long Number { get; }

    /// <summary>Samples to take.</summary>
    public int BatchSize { get; }

    /// <summary>How many samples were taken before, since the start.</summary>
    public long First { get; }

    public Random Random { get; }

    public IReadOnlyDictionary<string, double> Figures => figures;

    /// <summary>Notes a part of the loss, for the log.</summary>
    public void Report(string name, double value) => figures[name] = value;

    public Tensor Normal(params long[] shape) => torch.randn(shape, ScalarType.Float32, generator: generator);

    /// <summary>Evenly in [0, 1).</summary>
    public Tensor Uniform(params long[] shape) => torch.rand(shape, ScalarType.Float32, generator: generator);

    public void Dispose() => generator?.Dispose();

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
