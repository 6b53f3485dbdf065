using Microsoft.AspNetCore.Routing;
using Resift.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the page on which people try what a server does.</summary>
public static class PlaygroundEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the playground: a page at <c>/</c> that ranks documents or searches an index by the paths of <c>MapResift</c>, and shows what
    /// moved. It asks no other host, and anybody may have it; what it asks for needs a key where the server has keys.
    /// </summary>
    /// <param name="endpoints">
    /// Where it is mapped, beside <c>MapResift</c>; a group gives both a prefix, which then ends in a slash.
    /// </param>
    /// <returns>What adds conventions to its files.</returns>
    public static IEndpointConventionBuilder MapResiftPlayground(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup("");
        foreach (var file in PlaygroundFile.All)
        {
            group.MapMethods(file.Path, ["GET", "HEAD"], file.WriteAsync);
        }

        return group;
    }
}
