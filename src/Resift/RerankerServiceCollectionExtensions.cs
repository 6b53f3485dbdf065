using System.Diagnostics.CodeAnalysis;
using Resift;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers rerankers with a service collection.</summary>
/// <remarks>
/// The container disposes the chain that it builds, and so the innermost reranker too, at the end of the registration's lifetime.
/// Middleware added to the builder that is given back counts until the reranker is resolved.
/// </remarks>
public static class RerankerServiceCollectionExtensions
{
    /// <summary>Registers a reranker as a singleton.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="innerReranker">The innermost reranker; the container owns it once it has been resolved.</param>
    /// <returns>The builder that takes middleware.</returns>
    public static RerankerBuilder AddReranker(this IServiceCollection services, IReranker innerReranker)
    {
        ArgumentNullException.ThrowIfNull(services);
        return Add(services, null, new(innerReranker), ServiceLifetime.Singleton);
    }

    /// <summary>Registers a reranker that the container makes.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="innerRerankerFactory">Makes the innermost reranker, which the container owns.</param>
    /// <param name="lifetime">How long a chain lives.</param>
    /// <returns>The builder that takes middleware.</returns>
    public static RerankerBuilder AddReranker(
        this IServiceCollection services,
        Func<IServiceProvider, IReranker> innerRerankerFactory,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        return Add(services, null, new(innerRerankerFactory), lifetime);
    }

    /// <summary>Registers a reranker that the container makes by its constructor as a singleton.</summary>
    /// <typeparam name="TReranker">The innermost reranker; services that its constructor wants come from the container.</typeparam>
    /// <param name="services">The services to register it with.</param>
    /// <returns>The builder that takes middleware.</returns>
    public static RerankerBuilder AddReranker<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TReranker>(
        this IServiceCollection services)
        where TReranker : class, IReranker
    {
        ArgumentNullException.ThrowIfNull(services);
        return Add(
            services,
            null,
            new(static provider => ActivatorUtilities.CreateInstance<TReranker>(provider)),
            ServiceLifetime.Singleton);
    }

    /// <summary>Registers a reranker as a singleton under a key.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="serviceKey">The key; null registers it without one.</param>
    /// <param name="innerReranker">The innermost reranker; the container owns it once it has been resolved.</param>
    /// <returns>The builder that takes middleware.</returns>
    public static RerankerBuilder AddKeyedReranker(this IServiceCollection services, object? serviceKey, IReranker innerReranker)
    {
        ArgumentNullException.ThrowIfNull(services);
        return Add(services, serviceKey, new(innerReranker), ServiceLifetime.Singleton);
    }

    /// <summary>Registers a reranker that the container makes under a key.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="serviceKey">The key; null registers it without one.</param>
    /// <param name="innerRerankerFactory">Makes the innermost reranker, which the container owns.</param>
    /// <param name="lifetime">How long a chain lives.</param>
    /// <returns>The builder that takes middleware.</returns>
    public static RerankerBuilder AddKeyedReranker(
        this IServiceCollection services,
        object? serviceKey,
        Func<IServiceProvider, IReranker> innerRerankerFactory,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        return Add(services, serviceKey, new(innerRerankerFactory), lifetime);
    }

    /// <summary>Registers a reranker that the container makes by its constructor as a singleton under a key.</summary>
    /// <typeparam name="TReranker">The innermost reranker; services that its constructor wants come from the container.</typeparam>
    /// <param name="services">The services to register it with.</param>
    /// <param name="serviceKey">The key; null registers it without one.</param>
    /// <returns>The builder that takes middleware.</returns>
    public static RerankerBuilder AddKeyedReranker<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TReranker>(
        this IServiceCollection services, object? serviceKey)
        where TReranker : class, IReranker
    {
        ArgumentNullException.ThrowIfNull(services);
        return Add(
            services,
            serviceKey,
            new(static provider => ActivatorUtilities.CreateInstance<TReranker>(provider)),
            ServiceLifetime.Singleton);
    }

    private static RerankerBuilder Add(IServiceCollection services, object? serviceKey, RerankerBuilder builder, ServiceLifetime lifetime)
    {
        services.Add(new ServiceDescriptor(typeof(IReranker), serviceKey, (provider, _) => builder.Build(provider), lifetime));
        return builder;
    }
}
