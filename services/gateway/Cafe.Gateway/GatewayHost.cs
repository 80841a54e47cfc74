using Cafe.Gateway.Access;
using Cafe.Gateway.Batching;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Conversations;
using Cafe.Gateway.Facade;
using Cafe.Gateway.Generations;
using Cafe.Gateway.Idempotency;
using Cafe.Gateway.Json;
using Cafe.Gateway.Moderation;
using Cafe.Gateway.Pipeline;
using Cafe.Gateway.Requests;
using Cafe.Gateway.Stages;
using Cafe.Gateway.Storage;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway;

/// <summary>The gateway as a host: by itself in its own process, or beside the stages in one.</summary>
public static class GatewayHost
{
    /// <summary>The JSON port's name among the host's addresses.</summary>
    public const string JsonListener = "json";

    /// <summary>Builds the host; it opens its ports when started.</summary>
    /// <param name="args">Configuration as <c>--Gateway:JsonPort=0</c>.</param>
    /// <param name="configure">Registers moderators, or replaces parts in tests.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var gateway = builder.Configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
        builder.AddCafeDefaults("gateway", defaults => defaults.AddListener(JsonListener, gateway.JsonPort, HttpProtocols.Http1));
        builder.Services.AddCafeOptions<GatewayOptions>(builder.Configuration, GatewayOptions.Section)
            .PostConfigure(options =>
            {
                if (options.Store.Redis.Length == 0)
                {
                    options.Store.Redis = builder.Configuration["Redis:Configuration"] ?? "";
                }
            });
        AddGenerations(builder.Services);
        AddStore(builder.Services);
        AddModeration(builder.Services, gateway.Moderation);
        AddAccess(builder.Services, gateway.Jwt);
        builder.Services.AddGrpc().AddJsonTranscoding(json =>
        {
            json.TypeRegistry = JsonErrors.Details;
            // Seeds don't fit the numbers of JavaScript; protobuf's own mapping has strings too.
            json.JsonSettings.WriteInt64sAsStrings = true;
        });
        builder.Services.AddHostedService<GatewayStartup>();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapCafeDefaults();
        app.UseMiddleware<JsonFieldMiddleware>();
        app.MapGrpcService<GatewayGrpcService>();
        app.MapPost(EventStream.Path, (HttpContext context, EventStream stream) => stream.ServeAsync(context));
        app.MapGet(OpenApiDocument.Path, OpenApiDocument.ServeAsync);
        return app;
    }

    /// <summary>Where the started host serves JSON.</summary>
    public static Uri JsonAddress(this WebApplication app) => app.CafeAddresses()[JsonListener];

    private static void AddGenerations(IServiceCollection services)
    {
        services.TryAddSingleton<SeedSource>();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<StageSet>();
        services.AddSingleton(provider => new RequestValidator(provider.GetRequiredService<IOptions<GatewayOptions>>().Value.Limits));
        services.AddSingleton(provider => new EncodeStep(Stages(provider).Encoder, Get<GatewayMetrics>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new StageInfo(Stages(provider).Assistant, Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new RespondStep(
            Stages(provider).Assistant, Get<StageInfo>(provider), Get<TextModeration>(provider), Get<GatewayMetrics>(provider), Get<TimeProvider>(provider), Get<ILogger<RespondStep>>(provider)));
        services.AddSingleton(provider => new DrawStep(
            Stages(provider).Diffuser, Get<PictureModeration>(provider), Get<GatewayMetrics>(provider), Get<TimeProvider>(provider), Get<ILogger<DrawStep>>(provider)));
        services.AddSingleton<GenerationPipeline>();
        services.AddSingleton<GenerationWorker>();
        services.AddSingleton<GenerationService>();
        services.AddSingleton<KeyedRuns>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyedRuns>());
        services.AddSingleton<BatchRunner>();
        services.AddSingleton<PackReader>();
        services.AddSingleton<EventStream>();

        static StageSet Stages(IServiceProvider provider) => provider.GetRequiredService<StageSet>();

        static T Get<T>(IServiceProvider provider)
            where T : notnull => provider.GetRequiredService<T>();
    }

    private static void AddStore(IServiceCollection services)
    {
        services.AddSingleton<ConversationStore>();
        services.AddSingleton<IGatewayStore>(provider =>
        {
            var store = provider.GetRequiredService<IOptions<GatewayOptions>>().Value.Store;
            return store.Redis.Length == 0
                ? new NoStore()
                : new RedisStore(store, provider.GetRequiredService<GatewayMetrics>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisStore>>());
        });
    }

    private static void AddModeration(IServiceCollection services, ModerationOptions options)
    {
        services.AddSingleton<Moderators>();
        services.AddSingleton<TextModeration>();
        services.AddSingleton<PictureModeration>();
        if (!string.IsNullOrEmpty(options.CallbackUrl))
        {
            services.AddSingleton<IModerator>(_ => new CallbackModerator(new HttpClient(), options));
        }

        if (!string.IsNullOrEmpty(options.ClassifierPath))
        {
            services.AddSingleton<IModerator>(_ => new ClassifierModerator(options));
        }
    }

    private static void AddAccess(IServiceCollection services, JwtOptions jwt)
    {
        services.AddSingleton<CallerResolver>();
        services.AddSingleton<Admission>();
        if (jwt.Enabled)
        {
            services.AddAuthentication().AddJwtBearer(bearer => JwtSetup.Configure(bearer, jwt));
        }
    }
}
