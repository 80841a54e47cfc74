using Cafe.Modeling.Checkpoints;
using Cafe.Testing;
using Cafe.Training.Execution;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Execution;

/// <summary>One case of the reference's inputs, outputs and weights.</summary>
internal sealed class Golden : IDisposable
{
    private readonly string folder;
    private readonly Checkpoint io;

    public Golden(string name)
    {
        folder = Goldens.Path(name);
        io = Checkpoint.Open(Path.Combine(folder, "io.safetensors"));
        Config = ModelConfig.Read(Path.Combine(folder, "config.json"));
    }

    public ModelConfig Config { get; }

    public IEnumerable<string> Names => io.Tensors.Select(t => t.Name);

    public Tensor this[string name] => io[name].ToTensor();

    public Checkpoint Weights(string file) => Checkpoint.Open(Path.Combine(folder, file));

    public void Dispose() => io.Dispose();

    /// <summary>The largest difference relative to the wanted tensor's largest magnitude.</summary>
    public static double Error(Tensor wanted, Tensor got)
    {
        Assert.Equal(wanted.shape, got.shape);
        using var scope = NewDisposeScope();
        return (got - wanted).abs().max().item<float>() / Math.Max(1e-12, wanted.abs().max().item<float>());
    }

    public static void AssertClose(Tensor wanted, Tensor got, string name, double tolerance = 1e-4)
    {
        var error = Error(wanted, got);
        Assert.True(error <= tolerance, $"{name}: {error:e2} over {tolerance:e0}");
    }
}
