using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Resift.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a reranking and embedding server to a container.</summary>
public static class ResiftServerServiceCollectionExtensions
{
    /// <summary>Adds what <c>MapResift</c> needs. May be called several times: all of them configure the one server.</summary>
    /// <param name="services">The container, which also holds the models.</param>
    /// <param name="configure">Names the models, and sets the limits and keys.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddResiftServer(this IServiceCollection services, Action<ResiftServerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<ResiftServerOptions>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<ResiftServerOptions>>().Value);
        services.TryAddSingleton<ServerModels>();
        services.TryAddSingleton(provider => new ResiftServerKeys(
            provider.GetRequiredService<ResiftServerOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<Admission>();
        services.TryAddSingleton<WorkGate>();
        services.AddMetrics();
        services.TryAddSingleton<ServerMeter>();
        services.TryAddSingleton<RequestPipeline>();
        services.TryAddSingleton<Gatekeeper>();
        services.TryAddSingleton<EmbeddingWork>();
        services.TryAddSingleton<Facts>();
        services.TryAddSingleton<OpenApiDocument>();
        services.TryAddSingleton<ServerIndexes>();
        services.TryAddSingleton<ResiftRerankEndpoint>();
        services.TryAddSingleton<SearchEndpoint>();
        if (services.All(service => service.ServiceType != typeof(Readiness)))
        {
            services.AddSingleton<Readiness>();
            services.AddHostedService(provider => provider.GetRequiredService<Readiness>());
        }

        return services;
    }
}
