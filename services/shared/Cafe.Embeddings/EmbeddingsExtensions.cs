using Cafe.Embeddings.Reading;
using Cafe.Embeddings.Redis;
using Cafe.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.Embeddings;

/// <summary>Registers the shared embedding cache.</summary>
public static class EmbeddingsExtensions
{
    /// <summary>
    /// <see cref="EmbeddingCache"/> and <see cref="EmbeddingReader"/>, over the Redis of section <c>Redis</c>; without one they
    /// work with inline values. Needs <see cref="CafeDefaultsExtensions.AddCafeDefaults"/>.
    /// </summary>
    public static IServiceCollection AddEmbeddingCache(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCafeOptions<RedisSettings>(configuration, RedisSettings.Section);
        services.AddSingleton<CacheMetrics>();
        services.AddSingleton<RedisConnection>();
        services.AddHostedService(provider => provider.GetRequiredService<RedisConnection>());
        services.AddSingleton<EmbeddingCache>();
        services.AddSingleton<EmbeddingReader>();
        return services;
    }
}
