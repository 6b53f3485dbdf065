using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Resift.Retrieval;

namespace Resift.AspNetCore;

/// <summary>
/// The retrievers of a server by the names that clients ask for, and how each is searched unless a client says otherwise.
/// </summary>
internal sealed class ServerIndexes
{
    private readonly IServiceProvider _services;
    private readonly IReadOnlyList<NamedService> _retrievers;

    /// <exception cref="InvalidOperationException">The container lacks one.</exception>
    public ServerIndexes(IServiceProvider services, ResiftServerOptions options)
    {
        _services = services;
        _retrievers = options.Retrievers;
        ServerModels.ThrowIfMissing<IRetriever>(services, _retrievers);
    }

    /// <summary>Gets all names.</summary>
    public IReadOnlyList<string> Names => [.. _retrievers.Select(retriever => retriever.Name)];

    /// <summary>Finds a retriever.</summary>
    /// <param name="asked">The name that a client asks for; null or nothing for the first.</param>
    /// <returns>Its name, the retriever, and options of its own that may be changed.</returns>
    /// <exception cref="ServerProblem">There is none of that name.</exception>
    public (string Name, IRetriever Retriever, SearchOptions Options) Find(string? asked)
    {
        var found = string.IsNullOrEmpty(asked)
            ? (_retrievers.Count > 0 ? _retrievers[0] : null)
            : _retrievers.FirstOrDefault(retriever => retriever.Name == asked);
        if (found is null)
        {
            throw new ServerProblem(ProblemKind.UnknownModel, _retrievers.Count == 0
                ? "This server has no index to search."
                : $"There is no index '{asked}'; this server has {string.Join(", ", Names)}.");
        }

        var options = _services.GetRequiredService<IOptionsMonitor<SearchOptions>>().Get(found.Key?.ToString() ?? Options.DefaultName);
        return found.Key is null
            ? (found.Name, _services.GetRequiredService<IRetriever>(), options.Clone())
            : (found.Name, _services.GetRequiredKeyedService<IRetriever>(found.Key), options.Clone());
    }
}
