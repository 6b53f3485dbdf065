using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the path at which agents are served.</summary>
public static class ResiftMcpEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the streamable HTTP transport of MCP, behind the keys and the bound of requests of the server that <c>AddResiftServer</c>
    /// configures.
    /// </summary>
    /// <param name="endpoints">Where it is mapped.</param>
    /// <param name="pattern">The path.</param>
    /// <returns>What adds conventions to it.</returns>
    /// <exception cref="InvalidOperationException"><c>AddResiftMcp</c> or <c>AddResiftServer</c> was not called.</exception>
    public static IEndpointConventionBuilder MapResiftMcp(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/mcp")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapMcp(pattern).RequireResiftAdmission(endpoints.ServiceProvider);
    }
}
