using Microsoft.Extensions.DependencyInjection;
using Resift.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts paths of an application behind the keys and bounds of its server.</summary>
public static class ResiftAdmissionExtensions
{
    /// <summary>
    /// Adds to endpoints what <c>MapResift</c> does before anything is read: who has no key, or calls from another machine while there are
    /// none, is refused, and so is a request beyond those that may be under way. A body has <c>MaxBodyBytes</c> at most.
    /// </summary>
    /// <typeparam name="TBuilder">What adds conventions.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="services">The container.</param>
    /// <returns>The same endpoints.</returns>
    /// <exception cref="InvalidOperationException"><c>AddResiftServer</c> was not called.</exception>
    public static TBuilder RequireResiftAdmission<TBuilder>(this TBuilder builder, IServiceProvider services)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(services);
        var gatekeeper = services.GetService<Gatekeeper>() ??
            throw new InvalidOperationException("The container has no server; call services.AddResiftServer first.");

        // Outermost, whatever else the endpoint adds later.
        builder.Finally(endpoint =>
        {
            var next = endpoint.RequestDelegate
                ?? throw new InvalidOperationException($"The endpoint '{endpoint.DisplayName}' has nothing that answers.");
            endpoint.RequestDelegate = context => gatekeeper.PassAsync(context, next);
        });
        return builder;
    }
}
