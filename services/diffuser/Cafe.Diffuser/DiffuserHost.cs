using Cafe.Diffuser.Model;
using Cafe.Diffuser.Serving;
using Cafe.Diffuser.Telemetry;
using Cafe.Embeddings;
using Cafe.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Cafe.Diffuser;

/// <summary>The diffuser service.</summary>
public static class DiffuserHost
{
    /// <summary>Builds the host; the caller runs it. Configuration: sections <c>Diffuser</c>, <c>Pack</c>, <c>Redis</c> and those of every service.</summary>
    /// <param name="args">Configuration from the command line, for example <c>--Pack:Path=/packs/mini</c>; environment variables come before.</param>
    /// <param name="configure">Last word on the services, for tests and for the all-in-one host.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddCafeDefaults("diffuser");
        var services = builder.Services;
        services.AddCafeOptions<DiffuserSettings>(builder.Configuration, DiffuserSettings.Section);
        services.AddCafeOptions<PackSettings>(builder.Configuration, PackSettings.Section);
        services.AddEmbeddingCache(builder.Configuration);
        services.AddSingleton<IDiffuserPartSource, PackDiffuserPartSource>();
        services.AddSingleton<DiffuserState>();
        services.AddSingleton<DiffuserMetrics>();
        services.AddSingleton<SeedSource>();
        services.AddSingleton(provider => new UnreadPictures(provider.GetRequiredService<IOptions<DiffuserSettings>>().Value.MaxUnreadMegabytes * 1024L * 1024));
        services.AddSingleton<GenerateRequestReader>();
        services.AddSingleton<DiffuserFacade>();
        services.AddHostedService<DiffuserWorker>();
        configure?.Invoke(services);
        var app = builder.Build();
        app.MapCafeDefaults();
        app.MapGrpcService<DiffuserFacade>();
        return app;
    }
}
