using Cafe.Training.Execution;
using static TorchSharp.torch;

namespace Cafe.Training.Running;

/// <summary>What is trained: parameters, and the loss of a step.</summary>
public interface ITrainingTask : IDisposable
{
    ParameterSet Parameters { get; }

    /// <summary>The mean loss over a step's samples, recorded for the backward pass. Depends on nothing but the parameters and what the step gives.</summary>
    Tensor Loss(TrainingStep step);

    /// <summary>Figures on samples that are not trained on, by name; called now and then, with the moving average in the parameters' place. Empty by default.</summary>
    IReadOnlyDictionary<string, double> Validate() => new Dictionary<string, double>();

    /// <summary>Whether a parameter belongs to training alone, as heads that no published model has: where training starts from one, it begins as it was made.</summary>
    bool IsForTrainingAlone(string name) => false;
}
