using Microsoft.Extensions.DependencyInjection;
using Resift;
using Resift.Orleans.Silos;

namespace Orleans.Hosting;

/// <summary>Puts rerankers on silos.</summary>
public static class ResiftSiloBuilderExtensions
{
    /// <summary>Lets this silo hold a reranker, and do calls for it from everywhere in the cluster.</summary>
    /// <param name="builder">The silo's builder.</param>
    /// <param name="name">The name that callers know the reranker by.</param>
    /// <param name="factory">Makes the reranker while the silo starts; the silo owns it.</param>
    /// <param name="configure">Sets what the silo takes on; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The silo has a reranker of that name already.</exception>
    public static ISiloBuilder AddReranker(
        this ISiloBuilder builder,
        string name,
        Func<IServiceProvider, IReranker> factory,
        Action<SiloRerankerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(factory);
        var options = new SiloRerankerOptions();
        configure?.Invoke(options);
        SiloRegistration[] others =
            [.. builder.Services.Select(service => service.ImplementationInstance).OfType<SiloRegistration>()];
        if (others.Any(other => other.Name == name))
        {
            throw new ArgumentException($"The silo has a reranker '{name}' already; a name of its own was expected.", nameof(name));
        }

        builder.Services.AddPinnedGrains();
        builder.Services.AddSingleton(new SiloRegistration(name, factory, options));
        return others is []
            ? builder.AddStartupTask(OpenAsync, ServiceLifecycleStage.ApplicationServices)
            : builder;
    }

    // Before the silo is active, so that none is active that does not hold what it should.
    private static Task OpenAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        Task.Run(services.GetRequiredService<SiloRerankers>().Open, cancellationToken);
}
