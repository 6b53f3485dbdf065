using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Hosting;
using Resift;
using Resift.Orleans.Calls;
using Resift.Orleans.Silos;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers rerankers that run on an Orleans cluster.</summary>
public static class ResiftOrleansServiceCollectionExtensions
{
    /// <summary>
    /// Registers an <see cref="IReranker"/> whose calls run on the silos that hold a reranker of that name, as a singleton: under the name
    /// as its key, and without a key. For a client, call it after <c>UseOrleansClient</c>; a silo may call it too.
    /// </summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="name">The name that silos hold the reranker under.</param>
    /// <param name="configure">Sets deadline, hedging and splitting; null for the defaults.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddResiftOrleans(
        this IServiceCollection services, string name = "default", Action<OrleansRerankerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var options = new OrleansRerankerOptions();
        configure?.Invoke(options);
        services.AddPinnedGrains();
        if (!services.Any(service => service.ServiceType == typeof(ClusterBoard)))
        {
            services.AddSingleton<ClusterBoard>();
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ClusterBoard>());
            services.AddLogging();
        }

        services.AddKeyedSingleton<IReranker>(name, (provider, _) => new OrleansReranker(
            name,
            options,
            provider.GetRequiredService<ClusterBoard>(),
            provider.GetRequiredService<ILogger<OrleansReranker>>()));
        return services.AddSingleton(provider => provider.GetRequiredKeyedService<IReranker>(name));
    }

    // Every silo that a call passes has to know where our grains are placed, and a client may be a silo.
    internal static void AddPinnedGrains(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(SiloRerankers)))
        {
            return;
        }

        services.AddSingleton<SiloRerankers>();
        services.AddPlacementDirector<SiloPlacement, SiloPlacementDirector>();
        services.AddGrainDirectory(PinnedDirectory.Name, (_, _) => new PinnedDirectory());
    }
}
