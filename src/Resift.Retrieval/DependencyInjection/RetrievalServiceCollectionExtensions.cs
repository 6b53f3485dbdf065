using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Resift;
using Resift.Retrieval;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers retrievers, the search in two stages, and the answering of questions with a service collection.</summary>
/// <remarks>
/// <para>
/// A search takes the registered <see cref="IRetriever"/> and <see cref="IReranker"/>, a pipeline the registered
/// <see cref="TwoStageRetriever"/> and <see cref="IChatClient"/>. Under a key, each is looked for under the same key first and then without
/// one, so that several indexes may share a reranker and a model. What is missing is named when the service is resolved.
/// </para>
/// <para>
/// Options are configured as those of any service, by <c>services.Configure&lt;SearchOptions&gt;(…)</c> or here; those of a key have its
/// text as their name. The container disposes what it makes; a search or a pipeline disposes nothing. A search of another make, such as one
/// without a reranker, needs none of this: <c>services.AddSingleton(provider => new TwoStageRetriever(…))</c>.
/// </para>
/// </remarks>
public static class RetrievalServiceCollectionExtensions
{
    /// <summary>Registers a retriever as a singleton.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="retriever">The retriever; the container owns it once it has been resolved.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRetriever(this IServiceCollection services, IRetriever retriever) =>
        services.AddKeyedRetriever(null, retriever);

    /// <summary>Registers a retriever that the container makes.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="factory">Makes the retriever, which the container owns.</param>
    /// <param name="lifetime">How long it lives.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRetriever(
        this IServiceCollection services,
        Func<IServiceProvider, IRetriever> factory,
        ServiceLifetime lifetime = ServiceLifetime.Singleton) => services.AddKeyedRetriever(null, factory, lifetime);

    /// <summary>Registers a retriever by its type as a singleton.</summary>
    /// <typeparam name="TRetriever">The type; its constructor's parameters come from the container.</typeparam>
    /// <param name="services">The services to register it with.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRetriever<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TRetriever>(this IServiceCollection services)
        where TRetriever : class, IRetriever => services.AddKeyedRetriever<TRetriever>(null);

    /// <summary>Registers a retriever as a singleton under a key.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="serviceKey">The key; null registers it without one.</param>
    /// <param name="retriever">The retriever; the container owns it once it has been resolved.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedRetriever(this IServiceCollection services, object? serviceKey, IRetriever retriever)
    {
        ArgumentNullException.ThrowIfNull(retriever);
        return services.AddKeyedRetriever(serviceKey, _ => retriever);
    }

    /// <summary>Registers a retriever that the container makes under a key.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="serviceKey">The key; null registers it without one.</param>
    /// <param name="factory">Makes the retriever, which the container owns.</param>
    /// <param name="lifetime">How long it lives.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedRetriever(
        this IServiceCollection services,
        object? serviceKey,
        Func<IServiceProvider, IRetriever> factory,
        ServiceLifetime lifetime = ServiceLifetime.Singleton) => Add(services, serviceKey, factory, lifetime);

    /// <summary>Registers a retriever by its type as a singleton under a key.</summary>
    /// <typeparam name="TRetriever">The type; its constructor's parameters come from the container.</typeparam>
    /// <param name="services">The services to register it with.</param>
    /// <param name="serviceKey">The key; null registers it without one.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedRetriever<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TRetriever>(
        this IServiceCollection services, object? serviceKey)
        where TRetriever : class, IRetriever =>
        services.AddKeyedRetriever(serviceKey, provider => ActivatorUtilities.CreateInstance<TRetriever>(provider));

    /// <summary>Registers a search of the registered retriever and reranker.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="configure">Changes the options of searches that say nothing else; null for the defaults.</param>
    /// <param name="lifetime">How long it lives; no longer than its parts.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTwoStageRetriever(
        this IServiceCollection services,
        Action<SearchOptions>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton) => services.AddKeyedTwoStageRetriever(null, configure, lifetime);

    /// <summary>Registers a search of the registered retriever and reranker under a key.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="serviceKey">The key; null registers it without one.</param>
    /// <param name="configure">Changes the options of searches that say nothing else; null for the defaults.</param>
    /// <param name="lifetime">How long it lives; no longer than its parts.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedTwoStageRetriever(
        this IServiceCollection services,
        object? serviceKey,
        Action<SearchOptions>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        AddOptions(services, serviceKey, configure);
        return Add<TwoStageRetriever>(
            services,
            serviceKey,
            provider => new(
                Required<IRetriever>(provider, serviceKey, "AddRetriever"),
                Required<IReranker>(
                    provider, serviceKey, "AddReranker", "or register new TwoStageRetriever(retriever) for a search without one"),
                Options<SearchOptions>(provider, serviceKey)),
            lifetime);
    }

    /// <summary>Registers a pipeline of the registered search and chat client.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="configure">Changes the options of questions that say nothing else; null for the defaults.</param>
    /// <param name="lifetime">How long it lives; no longer than its parts.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRagPipeline(
        this IServiceCollection services,
        Action<RagOptions>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton) => services.AddKeyedRagPipeline(null, configure, lifetime);

    /// <summary>Registers a pipeline of the registered search and chat client under a key.</summary>
    /// <param name="services">The services to register it with.</param>
    /// <param name="serviceKey">The key; null registers it without one.</param>
    /// <param name="configure">Changes the options of questions that say nothing else; null for the defaults.</param>
    /// <param name="lifetime">How long it lives; no longer than its parts.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedRagPipeline(
        this IServiceCollection services,
        object? serviceKey,
        Action<RagOptions>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        AddOptions(services, serviceKey, configure);
        return Add<RagPipeline>(
            services,
            serviceKey,
            provider => new(
                Required<TwoStageRetriever>(provider, serviceKey, "AddTwoStageRetriever"),
                Required<IChatClient>(provider, serviceKey, "AddChatClient"),
                Options<RagOptions>(provider, serviceKey)),
            lifetime);
    }

    private static IServiceCollection Add<TService>(
        IServiceCollection services, object? serviceKey, Func<IServiceProvider, TService> factory, ServiceLifetime lifetime)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(factory);
        services.Add(new ServiceDescriptor(typeof(TService), serviceKey, (provider, _) => factory(provider), lifetime));
        return services;
    }

    private static void AddOptions<TOptions>(IServiceCollection services, object? serviceKey, Action<TOptions>? configure)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        if (configure is not null)
        {
            services.Configure(NameOf(serviceKey), configure);
        }
    }

    private static TOptions Options<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        IServiceProvider provider, object? serviceKey)
        where TOptions : class => provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(NameOf(serviceKey));

    private static string NameOf(object? serviceKey) => serviceKey?.ToString() ?? Microsoft.Extensions.Options.Options.DefaultName;

    private static TService Required<TService>(IServiceProvider provider, object? serviceKey, string register, string? orElse = null)
        where TService : class
    {
        object? found = (serviceKey is null ? null : provider.GetKeyedService<TService>(serviceKey)) ?? provider.GetService<TService>();
        if (found is TService service)
        {
            return service;
        }

        string where = serviceKey is null ? "" : $" under the key '{serviceKey}' or without one";
        throw new InvalidOperationException(
            $"No {typeof(TService).Name} is registered{where}. Call {register} on the services{(orElse is null ? "" : $", {orElse}")}.");
    }
}
