using Cafe.Assistant.Model;
using Cafe.Modeling.Building;
using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Health;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.Assistant.Tests.Serving;

/// <summary>The service on a tiny pack of random weights, with real gRPC in between.</summary>
public sealed class AssistantFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-assistant-").FullName;
    private readonly List<IAsyncDisposable> _apps = [];
    private readonly List<GrpcChannel> _channels = [];

    public WebApplication App { get; private set; } = null!;

    public AssistantService.AssistantServiceClient Client { get; private set; } = null!;

    public LoadedAssistant Assistant => App.Services.GetRequiredService<AssistantRuntime>().Require();

    public string Pack => Path.Combine(_folder, "pack");

    public async ValueTask InitializeAsync()
    {
        SynthPack.Build(Pack, ModelPreset.Tiny, seed: 5);
        (App, Client) = await Start("--Assistant:MaxRows=4", "--Assistant:PrefillChunk=32");
        await WaitUntilReady(App);
    }

    /// <summary>Starts one more host on the same pack.</summary>
    public Task<(WebApplication App, AssistantService.AssistantServiceClient Client)> Start(params string[] settings) => Start(_ => { }, settings);

    /// <summary>Starts one more host on the same pack, with the last word on its services.</summary>
    public async Task<(WebApplication App, AssistantService.AssistantServiceClient Client)> Start(Action<IServiceCollection> configure, params string[] settings)
    {
        var app = AssistantHost.Build(
        [
            $"--Pack:Path={Pack}", "--Listen:Address=loopback", "--Listen:GrpcPort=0", "--Listen:HealthPort=0", "--Listen:MetricsPort=0",
            "--Assistant:Threads=1", "--Drain:TimeoutSeconds=5", "--Logging:LogLevel:Default=Warning", .. settings,
        ],
        configure);
        await app.StartAsync();
        _apps.Add(app);
        return (app, new AssistantService.AssistantServiceClient(Channel(app.CafeAddresses().Grpc)));
    }

    public GrpcChannel Channel(Uri address)
    {
        var channel = GrpcChannel.ForAddress(address);
        _channels.Add(channel);
        return channel;
    }

    public static async Task<ReadinessStatus> WaitUntilReady(WebApplication app)
    {
        var readiness = app.Services.GetRequiredService<Readiness>();
        while (true)
        {
            var (status, changed) = readiness.Observe();
            if (status.State != ReadinessState.Starting)
            {
                return status;
            }

            await changed.WaitAsync(TimeSpan.FromMinutes(2));
        }
    }

    /// <summary>A picture's embedding as a message.</summary>
    public Tensor Subject(int seed = 1)
    {
        var shape = Assistant.Subject.Shape;
        var random = new Random(seed);
        var values = new float[shape[0] * shape[1]];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(random.NextDouble() - 0.5);
        }

        var tensor = new Tensor { DataType = DataType.Float32, Data = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Shape.AddRange(shape.Select(length => (long)length));
        return tensor;
    }

    public RespondRequest Request(string text = "a dog on the beach", ulong seed = 1, int? maxTokens = 12) => new()
    {
        Subject = new Embedding { Tensor = Subject() },
        Turns = { new Turn { Role = Role.User, Text = text } },
        Options = maxTokens is { } tokens ? new TextOptions { Seed = seed, MaxTokens = tokens } : new TextOptions { Seed = seed },
    };

    /// <summary>Calls and collects everything until the stream ends.</summary>
    public async Task<List<RespondResponse>> Respond(RespondRequest request, AssistantService.AssistantServiceClient? client = null)
    {
        using var call = (client ?? Client).Respond(request, deadline: DateTime.UtcNow.AddMinutes(2));
        var events = new List<RespondResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            events.Add(call.ResponseStream.Current);
        }

        return events;
    }

    public static string Text(IEnumerable<RespondResponse> events) => string.Concat(events.Where(told => told.Text is not null).Select(told => told.Text.Text));

    public static int[] Tokens(IEnumerable<RespondResponse> events) => [.. events.Where(told => told.Text is not null).SelectMany(told => told.Text.TokenIds)];

    public static ByteString Semantic(IEnumerable<RespondResponse> events) => events.Single(told => told.Semantic is not null).Semantic.Embedding.Data;

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        foreach (var app in _apps)
        {
            await ((WebApplication)app).StopAsync();
            await app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
