using Cafe.Training.Execution;
using Cafe.Training.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Running;

/// <summary>Finds the matrix behind noisy products; turns to NaN at a step if told.</summary>
internal sealed class ToyTask(long? failAt = null) : ITrainingTask
{
    private const int Width = 8;

    public ParameterSet Parameters { get; } = new([new ParameterSpec("weight", [Width, Width]), new ParameterSpec("bias", [Width]), new ParameterSpec("frozen", [Width], Trainable: false)]);

    public Tensor Loss(TrainingStep step)
    {
        var x = step.Normal(step.BatchSize, Width);
        var wanted = x * 2 + 1 + step.Normal(step.BatchSize, Width) * 0.01;
        step.Report("samples", step.BatchSize);
        var got = nn.functional.linear(x, Parameters["weight"], Parameters["bias"]) + Parameters["frozen"];
        var loss = nn.functional.mse_loss(got, wanted);
        return step.Number == failAt ? loss * float.NaN : loss;
    }

    public IReadOnlyDictionary<string, double> Validate() => new Dictionary<string, double> { ["distance"] = (Parameters["weight"] - eye(Width) * 2).norm().item<float>() };

    public void Dispose() => Parameters.Dispose();
}
