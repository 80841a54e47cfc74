using Cafe.Embeddings;
using Cafe.Embeddings.Writing;
using Cafe.Encoder.Facade;
using Cafe.Encoder.Model;
using Cafe.Encoder.Pictures;
using Cafe.Encoder.Scheduling;
using Cafe.Encoder.Telemetry;
using Cafe.ServiceDefaults;

namespace Cafe.Encoder;

/// <summary>The encoder service.</summary>
public static class EncoderHost
{
    /// <summary>Builds the host; the caller runs it.</summary>
    /// <param name="args">Configuration from the command line, for example <c>--Pack:Path=/packs/mini</c>; environment variables come before.</param>
    /// <param name="configure">Last word on the services, for tests and for the all-in-one host.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddCafeDefaults("encoder");
        var services = builder.Services;
        services.AddCafeOptions<EncoderSettings>(builder.Configuration, EncoderSettings.Section);
        services.AddCafeOptions<PackSettings>(builder.Configuration, PackSettings.Section);
        services.AddEmbeddingCache(builder.Configuration);
        services.AddSingleton<IEncoderPartSource, PackEncoderPartSource>();
        services.AddSingleton<EncoderState>();
        services.AddSingleton<EncoderMetrics>();
        services.AddSingleton(new CostEstimate(TimeSpan.FromMilliseconds(100)));
        services.AddSingleton<EncodeScheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<EncodeScheduler>());
        services.AddHostedService<EncoderLoader>();
        services.AddSingleton<HeldBytes>();
        services.AddSingleton<PictureDecoding>();
        services.AddSingleton<PictureEncoder>();
        services.AddSingleton<StreamEncoder>();
        services.AddSingleton<EncoderFacade>();
        configure?.Invoke(services);
        var app = builder.Build();
        app.MapCafeDefaults();
        app.MapGrpcService<EncoderFacade>();
        return app;
    }
}
