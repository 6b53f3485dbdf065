using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol.Server;
using Resift.Mcp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a server for agents to a container.</summary>
public static class ResiftMcpServiceCollectionExtensions
{
    /// <summary>Adds what <c>MapResiftMcp</c> needs: a server for agents that speak MCP over HTTP, without sessions.</summary>
    /// <param name="services">The container, which also holds what agents are offered.</param>
    /// <param name="create">Creates what they are offered, once, when the first of them comes.</param>
    /// <returns>What adds more tools, resources or prompts beside.</returns>
    public static IMcpServerBuilder AddResiftMcp(this IServiceCollection services, Func<IServiceProvider, ResiftMcpOptions> create)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(create);
        services.TryAddSingleton(create);
        services.AddOptions<McpServerOptions>().Configure<ResiftMcpOptions>(ResiftMcpServer.Configure);
        return services.AddMcpServer().WithHttpTransport(options => options.Stateless = true);
    }
}
