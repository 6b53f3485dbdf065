using Microsoft.Extensions.DependencyInjection;
using Resift.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Asks for the server's keys where other endpoints are mapped beside it.</summary>
public static class ResiftKeyEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Lets only those call who may call the server: who has one of its keys, or, where it has none, who is on this machine. Others get
    /// 401 or 403 with ProblemDetails.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of endpoint.</typeparam>
    /// <param name="builder">The endpoint, of an application that has called <c>AddResiftServer</c>.</param>
    /// <returns>The endpoint.</returns>
    public static TBuilder RequireResiftKey<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate ??
                throw new InvalidOperationException($"The endpoint {endpoint.DisplayName} has nothing to call.");
            var pipeline = endpoint.ApplicationServices.GetRequiredService<RequestPipeline>();
            endpoint.RequestDelegate = context => pipeline.GuardAsync(context, next);
        });
        return builder;
    }
}
