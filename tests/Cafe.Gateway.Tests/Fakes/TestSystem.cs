using Cafe.Gateway.Storage;
using Cafe.ServiceDefaults;
using Cafe.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>A gateway over real gRPC with three scripted stages behind it.</summary>
public sealed class TestSystem : IAsyncDisposable
{
    private readonly List<WebApplication> _gateways = [];
    private readonly List<GrpcChannel> _channels = [];

    private TestSystem()
    {
    }

    public ScriptedEncoder Encoder { get; } = new();

    public ScriptedAssistant Assistant { get; } = new();

    public ScriptedDiffuser Diffuser { get; } = new();

    public FakeStage<ScriptedEncoder> EncoderStage { get; private set; } = null!;

    public FakeStage<ScriptedAssistant> AssistantStage { get; private set; } = null!;

    public FakeStage<ScriptedDiffuser> DiffuserStage { get; private set; } = null!;

    public MemoryStore Store { get; } = new();

    public WebApplication Gateway => _gateways[0];

    public GatewayService.GatewayServiceClient Client { get; private set; } = null!;

    public Uri Json => Gateway.JsonAddress();

    /// <summary>Starts it; settings are the gateway's, as <c>Gateway:MaxActive=1</c>.</summary>
    public static async Task<TestSystem> StartAsync(IEnumerable<string>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        var system = new TestSystem();
        system.EncoderStage = await FakeStage<ScriptedEncoder>.StartAsync(system.Encoder);
        system.AssistantStage = await FakeStage<ScriptedAssistant>.StartAsync(system.Assistant);
        system.DiffuserStage = await FakeStage<ScriptedDiffuser>.StartAsync(system.Diffuser);
        system.Client = await system.AddGatewayAsync(settings, configure);
        return system;
    }

    /// <summary>One more gateway over the same stages and store.</summary>
    public async Task<GatewayService.GatewayServiceClient> AddGatewayAsync(IEnumerable<string>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        string[] args =
        [
            "--Listen:Address=loopback", "--Listen:GrpcPort=0", "--Listen:HealthPort=0", "--Listen:MetricsPort=0", "--Gateway:JsonPort=0", "--Drain:TimeoutSeconds=0",
            $"--Gateway:Stages:Encoder:Address={EncoderStage.Address}",
            $"--Gateway:Stages:Assistant:Address={AssistantStage.Address}",
            $"--Gateway:Stages:Diffuser:Address={DiffuserStage.Address}",
            .. new[] { "Encoder", "Assistant", "Diffuser" }.Select(stage => $"--Gateway:Stages:{stage}:RetryBaseSeconds=0.01"),
            "--Gateway:WaitingRoom:ProbeSeconds=0.05", "--Gateway:WaitingRoom:EventSeconds=0.05", "--Gateway:WaitingRoom:Seconds=30",
            "--Gateway:Idempotency:LeaseSeconds=0.5", "--Gateway:Conversations:LeaseSeconds=2",
            .. (settings ?? []).Select(setting => $"--{setting}"),
        ];
        var gateway = GatewayHost.Build(args, builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Services.AddSingleton<IGatewayStore>(Store);
            configure?.Invoke(builder);
        });
        _gateways.Add(gateway);
        await gateway.StartAsync();
        return Connect(gateway.CafeAddresses().Grpc);
    }

    public GatewayService.GatewayServiceClient Connect(Uri address, int? receiveBytes = null)
    {
        var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = receiveBytes ?? 64 << 20 });
        _channels.Add(channel);
        return new GatewayService.GatewayServiceClient(channel);
    }

    public static GenerateRequest Request(string text = "put it on a beach", ulong seed = 7, ulong textSeed = 3) => new()
    {
        Subject = new Image { Data = ByteString.CopyFromUtf8("a picture") },
        Text = text,
        Options = new DiffusionOptions { Seed = seed },
        TextOptions = new TextOptions { Seed = textSeed },
    };

    /// <summary>Runs a call to its end.</summary>
    public async Task<List<GenerateResponse>> GenerateAsync(GenerateRequest request, CallOptions options = default, Action<GenerateResponse>? seen = null, GatewayService.GatewayServiceClient? client = null)
    {
        using var call = (client ?? Client).Generate(request, options.WithTestDeadline());
        var events = new List<GenerateResponse>();
        await foreach (var what in call.ResponseStream.ReadAllAsync())
        {
            events.Add(what);
            seen?.Invoke(what);
        }

        return events;
    }

    public async Task<RpcException> FailAsync(GenerateRequest request, CallOptions options = default) =>
        await Assert.ThrowsAsync<RpcException>(() => GenerateAsync(request, options));

    /// <summary>What a stage says whose queue is full.</summary>
    public static RpcException Full(TimeSpan delay) => new Google.Rpc.Status
    {
        Code = (int)StatusCode.ResourceExhausted,
        Message = "The queue is full.",
        Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }) },
    }.ToRpcException();

    /// <summary>What the first gateway's metrics port says.</summary>
    public async Task<string> MetricsAsync()
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(Gateway.CafeAddresses().Metrics, "/metrics"));
    }

    /// <summary>Waits, half a minute at most, for what must come to hold.</summary>
    public static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("The condition did not come true.");
    }

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await EncoderStage.DisposeAsync();
        await AssistantStage.DisposeAsync();
        await DiffuserStage.DisposeAsync();
    }
}
