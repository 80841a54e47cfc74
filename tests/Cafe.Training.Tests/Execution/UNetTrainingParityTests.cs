using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Tests.Execution;

/// <summary>Eq. 3 against the reference: loss, gradients, and one AdamW step.</summary>
public sealed class UNetTrainingParityTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Backward_OfEq3_GivesTheReferencesGradientsAndStep(bool channelsLast, bool recompute)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden("train-unet");
        using var checkpoint = golden.Weights("diffusion_pytorch_model.safetensors");
        var graph = UNet.BuildWhole(UNetConfig.From(golden.Config, checkpoint));
        using var parameters = new ParameterSet(ParameterSpec.Of([graph]), channelsLast: channelsLast);
        parameters.Load(n => checkpoint.TryGet(n, out var t) ? t : null);
        using var unet = new GraphModule(graph, parameters, recompute ? GraphBlocks.ByLayer : null);
        var x = golden["x_t"];
        var output = unet.Forward(
            ("sample", x),
            ("timestep", golden["t"].to(ScalarType.Float32)),
            ("subject_strength", ones(x.shape[0])),
            ("semantic", golden["semantic"]),
            ("subject", golden["subject"]));
        var loss = nn.functional.mse_loss(output, golden["noise"]);
        Golden.AssertClose(golden["loss"], loss, "loss");
        loss.backward();
        foreach (var name in golden.Names.Where(n => n.StartsWith("grad.", StringComparison.Ordinal)))
        {
            Golden.AssertClose(golden[name], parameters[name["grad.".Length..]].grad!, name);
        }

        using var optimizer = new AdamW(parameters, new AdamWOptions { Epsilon = 1e-3, WeightDecay = 1e-2, DecayVectors = true });
        optimizer.Step(1e-3);
        foreach (var name in golden.Names.Where(n => n.StartsWith("after.", StringComparison.Ordinal)))
        {
            Golden.AssertClose(golden[name], parameters[name["after.".Length..]], name);
        }
    }
}
