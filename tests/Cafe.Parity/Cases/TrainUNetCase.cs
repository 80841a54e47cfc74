using Cafe.Modeling.Architectures;
using Cafe.Parity.Runners;
using Cafe.Training.Execution;
using Cafe.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Parity.Cases;

/// <summary>One training step of Eq. 3: loss, gradients, and the parameters after AdamW.</summary>
internal sealed class TrainUNetCase : ICaseKind
{
    // What the goldens' index line says of the optimiser.
    private const double LearningRate = 1e-3;
    private static readonly AdamWOptions Options = new() { Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-3, WeightDecay = 1e-2, DecayVectors = true };

    public IReadOnlyList<string> Prefixes => ["train-unet"];

    public bool Accepts(Variant variant) => variant.Runner == RunnerKind.Torch;

    public IEnumerable<Comparison> Run(GoldenCase golden, Variant variant)
    {
        using var scope = NewDisposeScope();
        var checkpoint = golden.Weights();
        var graph = UNet.BuildWhole(UNetConfig.From(golden.Config(), checkpoint), variant.Options);
        using var parameters = new ParameterSet(ParameterSpec.Of([graph]));
        parameters.Load(n => checkpoint.TryGet(n, out var tensor) ? tensor : null);
        using var unet = new GraphModule(graph, parameters);
        var x = golden.Io["x_t"].ToTensor();
        var output = unet.Forward(
            ("sample", x),
            ("timestep", golden.Io["t"].ToTensor().to(ScalarType.Float32)),
            ("subject_strength", ones(x.shape[0])),
            ("semantic", golden.Io["semantic"].ToTensor()),
            ("subject", golden.Io["subject"].ToTensor()));
        var loss = nn.functional.mse_loss(output, golden.Io["noise"].ToTensor());
        yield return Compare(golden, "loss", loss);
        loss.backward();
        foreach (var name in golden.Names("grad."))
        {
            yield return Compare(golden, name, parameters[name["grad.".Length..]].grad!);
        }

        using var optimizer = new AdamW(parameters, Options);
        optimizer.Step(LearningRate);
        foreach (var name in golden.Names("after."))
        {
            yield return Compare(golden, name, parameters[name["after.".Length..]]);
        }
    }

    private static Comparison Compare(GoldenCase golden, string name, Tensor actual) =>
        Comparison.Of(name, HostTensor.From(actual.ToSource(name)), golden.Tensor(name));
}
