using Cafe.Training.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Optimization;

/// <summary>An exponential moving average of the parameters: what is evaluated and shipped.</summary>
public sealed class MovingAverage : IDisposable
{
    private readonly ParameterSet parameters;
    private readonly double decay;

    /// <param name="decay">In [0, 1); 0 follows the parameters exactly.</param>
    public MovingAverage(ParameterSet parameters, double decay)
    {
        AdamWOptions.Check(decay is >= 0 and < 1, "ema_decay must be in [0, 1)", decay);
        this.parameters = parameters;
        this.decay = decay;
        using var scope = torch.NewDisposeScope();
        Values = scope.Detach(parameters.Values.clone());
    }

    /// <summary>Laid out as <see cref="ParameterSet.Values"/>.</summary>
    public Tensor Values { get; }

    /// <summary>Takes in the parameters after a step.</summary>
    /// <param name="step">Steps taken; early on the average forgets faster, so that it is not held back by where it started.</param>
    public void Update(long step)
    {
        using var noGrad = torch.no_grad();
        var now = Math.Min(decay, (1.0 + step) / (10.0 + step));
        Values.mul_(now).add_(parameters.Values, 1 - now);
    }

    public void Dispose() => Values.Dispose();
}
