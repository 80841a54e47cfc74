using Cafe.Training.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Optimization;

/// <summary>AdamW over a parameter set's flat tensor: a dozen calls a step, and its state is two tensors.</summary>
public sealed class AdamW : IDisposable
{
    private readonly ParameterSet parameters;
    private readonly AdamWOptions options;

    public AdamW(ParameterSet parameters, AdamWOptions? options = null)
    {
        this.parameters = parameters;
        this.options = options ?? new AdamWOptions();
        this.options.Validate();
        using var scope = torch.NewDisposeScope();
        FirstMoment = scope.Detach(torch.zeros_like(parameters.Values));
        SecondMoment = scope.Detach(torch.zeros_like(parameters.Values));
    }

    /// <summary>Running mean of the gradients, laid out as <see cref="ParameterSet.Values"/>.</summary>
    public Tensor FirstMoment { get; }

    /// <summary>Running mean of their squares.</summary>
    public Tensor SecondMoment { get; }

    /// <summary>Steps taken; the means' bias is corrected by it.</summary>
    public long Steps { get; set; }

    /// <summary>Moves the parameters by their gradients, which stay as they are.</summary>
    public void Step(double learningRate)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Steps++;
        var (values, gradients) = (parameters.Values, parameters.Gradients);
        var decayed = options.DecayVectors ? parameters.TrainableCount : parameters.DecayedCount;
        if (options.WeightDecay > 0 && decayed > 0)
        {
            values.narrow(0, 0, decayed).mul_(1 - learningRate * options.WeightDecay);
        }

        FirstMoment.mul_(options.Beta1).add_(gradients, 1 - options.Beta1);
        SecondMoment.mul_(options.Beta2).addcmul_(gradients, gradients, 1 - options.Beta2);
        var denominator = SecondMoment.sqrt().div_(Math.Sqrt(1 - Math.Pow(options.Beta2, Steps))).add_(options.Epsilon);
        values.addcdiv_(FirstMoment, denominator, -learningRate / (1 - Math.Pow(options.Beta1, Steps)));
    }

    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
