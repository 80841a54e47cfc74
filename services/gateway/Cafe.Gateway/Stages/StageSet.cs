using Cafe.Gateway.Configuration;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway.Stages;

/// <summary>The three stages as the gateway calls them.</summary>
public sealed class StageSet : IDisposable
{
    private readonly GrpcChannel[] _channels;

    /// <summary>Opens the channels; nothing is connected yet.</summary>
    public StageSet(IOptions<GatewayOptions> options, GatewayMetrics metrics, CafeTracing tracing, TimeProvider time, ILogger<StageSet> logger)
    {
        var gateway = options.Value;
        var certificates = new Lazy<StageCertificates>(() => new StageCertificates(gateway.StageTls, time, logger));
        _channels = [Open(gateway.Stages.Encoder), Open(gateway.Stages.Assistant), Open(gateway.Stages.Diffuser)];
        Encoder = Caller(Stage.Encoder, gateway.Stages.Encoder, _channels[0]);
        Assistant = Caller(Stage.Assistant, gateway.Stages.Assistant, _channels[1]);
        Diffuser = Caller(Stage.Diffuser, gateway.Stages.Diffuser, _channels[2]);

        GrpcChannel Open(StageOptions stage) => StageChannels.Open(stage, gateway.StageTls.Enabled, certificates, gateway.DnsRefreshSeconds);

        StageCaller Caller(Stage stage, StageOptions stageOptions, GrpcChannel channel) =>
            new(stage, channel.CreateCallInvoker(), stageOptions, gateway, metrics, tracing.Source, time, logger);
    }

    /// <summary>DINOv2 and CLIP.</summary>
    public StageCaller Encoder { get; }

    /// <summary>Llama 2.</summary>
    public StageCaller Assistant { get; }

    /// <summary>Stable Diffusion 2.</summary>
    public StageCaller Diffuser { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }
}
