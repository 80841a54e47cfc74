using Cafe.Assistant.Model;
using Cafe.Assistant.Serving;
using Cafe.Embeddings;
using Cafe.ServiceDefaults;

namespace Cafe.Assistant;

/// <summary>The assistant as a host, alone in its process or beside others.</summary>
public static class AssistantHost
{
    /// <summary>Builds it, unstarted. Configuration: sections <c>Assistant</c>, <c>Pack</c>, <c>Redis</c> and those of every service.</summary>
    /// <param name="args">Configuration as on a command line, for example <c>--Pack:Path=services/packs/mini</c>.</param>
    /// <param name="configure">Last word on the services, for tests and for the all-in-one host.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        // The content root is where the program is, not where it was called from: a stranger's appsettings.json is none of ours.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddCafeDefaults("assistant");
        builder.Services.AddEmbeddingCache(builder.Configuration);
        builder.Services.AddCafeOptions<AssistantSettings>(builder.Configuration, AssistantSettings.Section);
        builder.Services.AddCafeOptions<PackSettings>(builder.Configuration, PackSettings.Section);
        builder.Services.AddSingleton<AssistantMetrics>();
        builder.Services.AddSingleton<IAssistantModelSource, PackAssistantModelSource>();
        builder.Services.AddSingleton<AssistantRuntime>();
        builder.Services.AddHostedService<AssistantWorker>();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapCafeDefaults();
        app.MapGrpcService<AssistantGrpc>();
        return app;
    }
}
