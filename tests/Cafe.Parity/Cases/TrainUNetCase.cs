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

        var line = IndexLine.Of(golden.Path);
        using var optimizer = new AdamW(parameters, new AdamWOptions
        {
            Beta1 = line.Number(@"\bbetas #/"),
            Beta2 = line.Number(@"\bbetas [^/\s]+/#"),
            Epsilon = line.Number(@"\beps #"),
            WeightDecay = line.Number(@"\bweight decay #"),
            DecayVectors = true,
        });
        optimizer.Step(line.Number(@"\blr #"));
        foreach (var name in golden.Names("after."))
        {
            yield return Compare(golden, name, parameters[name["after.".Length..]]);
        }
    }

    private static Comparison Compare(GoldenCase golden, string name, Tensor actual) =>
        Comparison.Of(name, HostTensor.From(actual.ToSource(name)), golden.Tensor(name));
}
