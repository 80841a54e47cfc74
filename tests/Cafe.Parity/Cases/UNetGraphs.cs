using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>CAFE's UNet as it is served: the conditioner once, then the UNet at every step.</summary>
internal sealed class UNetGraphs : IDisposable
{
    private readonly IGraphSession conditioner;
    private readonly IGraphSession unet;

    public UNetGraphs(ModelConfig config, Checkpoint checkpoint, Variant variant)
        : this(UNetConfig.From(config, checkpoint), checkpoint, variant)
    {
    }

    public UNetGraphs(UNetConfig unetConfig, Checkpoint checkpoint, Variant variant)
    {
        var conditionerGraph = UNet.BuildConditioner(unetConfig, variant.Options);
        var unetGraph = UNet.Build(unetConfig, variant.Options);
        var weights = WeightBinding.Bind(checkpoint, [conditionerGraph, unetGraph], []);
        conditioner = variant.Open(conditionerGraph, weights);
        unet = variant.Open(unetGraph, weights);
    }

    /// <summary>Keys and values of both conditions, by the names that the UNet takes them under.</summary>
    public IReadOnlyDictionary<string, HostTensor> Condition(HostTensor semantic, HostTensor subject) =>
        conditioner.Run(new Dictionary<string, HostTensor> { ["semantic"] = semantic, ["subject"] = subject });

    /// <param name="timesteps">One for each row.</param>
    public HostTensor Predict(HostTensor sample, float[] timesteps, float strength, IReadOnlyDictionary<string, HostTensor> conditions) =>
        unet.Run(new Dictionary<string, HostTensor>(conditions)
        {
            ["sample"] = sample,
            ["timestep"] = HostTensor.Of(timesteps, timesteps.Length),
            ["subject_strength"] = HostTensor.Of(Enumerable.Repeat(strength, timesteps.Length).ToArray(), timesteps.Length),
        })["out_sample"];

    public void Dispose()
    {
        unet.Dispose();
        conditioner.Dispose();
    }
}
