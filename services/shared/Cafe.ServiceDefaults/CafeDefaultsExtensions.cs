using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Draining;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Listening;
using Cafe.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cafe.ServiceDefaults;

/// <summary>What every service of Cafe has in common.</summary>
public static class CafeDefaultsExtensions
{
    /// <summary>Ports, health, errors, request ids, metrics, traces and the drain.</summary>
    /// <param name="builder">The host under construction.</param>
    /// <param name="name">The service's short name, for example <c>encoder</c>.</param>
    /// <param name="configure">Further listeners.</param>
    public static WebApplicationBuilder AddCafeDefaults(this WebApplicationBuilder builder, string name, Action<CafeDefaultsOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var defaults = new CafeDefaultsOptions();
        configure?.Invoke(defaults);
        var services = builder.Services;
        services.AddSingleton(new ServiceIdentity(name));
        services.AddSingleton(defaults);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Readiness>();
        services.AddSingleton<ActiveCalls>();
        AddListening(builder);
        AddCalls(services, builder.Configuration);
        AddTelemetry(services, builder.Configuration, name);
        AddDrain(services, builder.Configuration);
        AddLogging(builder);
        return builder;
    }

    /// <summary>Opens what <see cref="AddCafeDefaults"/> set up: health, reflection and metrics. The service maps its own gRPC classes.</summary>
    public static WebApplication MapCafeDefaults(this WebApplication app)
    {
        var exporter = app.Services.GetRequiredService<MetricsExporter>();
        app.Services.GetRequiredService<RpcMetrics>();
        app.UseListenerRouting();
        app.MapGrpcService<HealthService>();
        app.MapGrpcReflectionService();
        app.MapGet(ListenerRouting.MetricsPath, (RequestDelegate)exporter.Write);
        return app;
    }

    /// <summary>Where the started host listens.</summary>
    public static BoundAddresses CafeAddresses(this WebApplication app) => app.Services.GetRequiredService<BoundAddresses>();

    /// <summary>Options from a configuration section, checked by their annotations when the host starts.</summary>
    public static OptionsBuilder<T> AddCafeOptions<T>(this IServiceCollection services, IConfiguration configuration, string section)
        where T : class =>
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();

    private static void AddListening(WebApplicationBuilder builder)
    {
        builder.Services.AddCafeOptions<ListenSettings>(builder.Configuration, ListenSettings.Section);
        builder.Services.AddSingleton<BoundAddresses>();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>();
        // Ports come from Listen alone; base images set these and Kestrel would warn that they are overridden.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpsPortsKey, "");
    }

    private static void AddCalls(IServiceCollection services, IConfiguration configuration)
    {
        var listen = configuration.GetSection(ListenSettings.Section).Get<ListenSettings>() ?? new ListenSettings();
        services.AddGrpc(grpc =>
        {
            grpc.EnableDetailedErrors = false;
            grpc.MaxReceiveMessageSize = listen.MaxReceiveMessageBytes;
            grpc.MaxSendMessageSize = listen.MaxSendMessageBytes;
            grpc.Interceptors.Add<CallInterceptor>();
        });
        services.AddSingleton(provider => new CallRunner(
            provider.GetRequiredService<Readiness>(), provider.GetRequiredService<ActiveCalls>(), provider.GetRequiredService<RpcMetrics>(),
            provider.GetRequiredService<CafeTracing>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CallRunner>>()));
        services.AddSingleton<CallInterceptor>();
        services.AddGrpcReflection();
        services.AddSingleton<HealthService>();
    }

    private static void AddTelemetry(IServiceCollection services, IConfiguration configuration, string name)
    {
        services.AddMetrics();
        services.AddSingleton<CafeMetrics>();
        services.AddSingleton<RpcMetrics>();
        services.AddSingleton<MetricsExporter>();
        services.AddSingleton<CafeTracing>();
        services.AddCafeOptions<TelemetrySettings>(configuration, TelemetrySettings.Section);
        var telemetry = configuration.GetSection(TelemetrySettings.Section).Get<TelemetrySettings>() ?? new TelemetrySettings();
        var endpoint = telemetry.OtlpEndpoint?.ToString() ?? configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        if (!string.IsNullOrEmpty(endpoint))
        {
            services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService($"cafe-{name}"))
                .WithTracing(tracing => tracing
                    .AddSource(CafeTracing.SourceName(name))
                    .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(telemetry.SampleRatio)))
                    .AddOtlpExporter(otlp => otlp.Endpoint = new Uri(endpoint)));
        }
    }

    private static void AddDrain(IServiceCollection services, IConfiguration configuration)
    {
        services.AddCafeOptions<DrainSettings>(configuration, DrainSettings.Section);
        services.AddHostedService<DrainService>();
        // The host's own limit only has to outlast the drain.
        services.AddOptions<HostOptions>().Configure<IOptions<DrainSettings>>((host, drain) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(drain.Value.AnnounceSeconds + drain.Value.TimeoutSeconds + drain.Value.LingerSeconds + 10));
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (builder.Configuration["Logging:Format"] == "json")
        {
            builder.Logging.AddJsonConsole(console => console.IncludeScopes = true);
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
            });
        }

        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Critical); // the interceptor logs failures, once
    }
}
