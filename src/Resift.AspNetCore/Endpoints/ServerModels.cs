using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Resift.AspNetCore;

/// <summary>The models of a server by the names that clients ask for.</summary>
internal sealed class ServerModels
{
    private readonly IServiceProvider _services;
    private readonly ResiftServerOptions _options;

    /// <exception cref="InvalidOperationException">There is no model, or an alias of none, or the container lacks one.</exception>
    public ServerModels(IServiceProvider services, ResiftServerOptions options)
    {
        _services = services;
        _options = options;
        string[] names = [.. options.Rerankers.Concat(options.Embedders).Select(model => model.Name)];
        if (names.Length == 0)
        {
            throw new InvalidOperationException($"The server has no model. Name at least one in AddResiftServer, by " +
                $"{nameof(ResiftServerOptions.AddReranker)} or {nameof(ResiftServerOptions.AddEmbeddingGenerator)}.");
        }

        ThrowIfMissing<IReranker>(services, options.Rerankers);
        ThrowIfMissing<IEmbeddingGenerator<string, Embedding<float>>>(services, options.Embedders);
        foreach (var (alias, name) in options.Aliases)
        {
            if (!names.Contains(name))
            {
                throw new InvalidOperationException($"'{alias}' is an alias of '{name}', which the server does not have; it has " +
                    $"{string.Join(", ", names)}.");
            }
        }

        Names = [.. names.Concat(options.Aliases.Keys).Distinct()];
    }

    /// <summary>Gets all names, those of models first, then their aliases.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Finds a reranker.</summary>
    /// <param name="asked">The name that a client asks for; null or nothing for the first.</param>
    /// <exception cref="ServerProblem">There is none of that name.</exception>
    public (string Name, IReranker Reranker) FindReranker(string? asked) =>
        Resolve<IReranker>(Find(_options.Rerankers, asked, "reranker"));

    /// <summary>Finds an embedding generator.</summary>
    /// <param name="asked">The name that a client asks for; null or nothing for the first.</param>
    /// <exception cref="ServerProblem">There is none of that name.</exception>
    public (string Name, IEmbeddingGenerator<string, Embedding<float>> Generator) FindEmbedder(string? asked) =>
        Resolve<IEmbeddingGenerator<string, Embedding<float>>>(Find(_options.Embedders, asked, "embedding model"));

    private (string Name, T Service) Resolve<T>(NamedService model)
        where T : notnull => (
            model.Name,
            model.Key is null ? _services.GetRequiredService<T>() : _services.GetRequiredKeyedService<T>(model.Key));

    /// <summary>Ensures that the container has services, without creating them, which may take its time.</summary>
    /// <exception cref="InvalidOperationException">It lacks one.</exception>
    public static void ThrowIfMissing<T>(IServiceProvider services, IReadOnlyList<NamedService> models)
    {
        var known = services.GetService<IServiceProviderIsKeyedService>();
        if (models.FirstOrDefault(model => known?.IsKeyedService(typeof(T), model.Key) is false) is { } missing)
        {
            string key = missing.Key is null ? "without a key" : $"with the key '{missing.Key}'";
            throw new InvalidOperationException($"'{missing.Name}' is to be the {typeof(T).Name} {key} of the container, which " +
                "has none; register it, or name another key.");
        }
    }

    private NamedService Find(IReadOnlyList<NamedService> models, string? asked, string kind)
    {
        // An alias may stand for a reranker and have the name of an embedder, or the other way round.
        var model = string.IsNullOrEmpty(asked)
            ? (models.Count > 0 ? models[0] : null)
            : models.FirstOrDefault(model => model.Name == asked)
                ?? (_options.Aliases.TryGetValue(asked, out string? name) ? models.FirstOrDefault(model => model.Name == name) : null);
        return model ?? throw new ServerProblem(ProblemKind.UnknownModel, models.Count == 0
            ? $"this server has no {kind}"
            : $"model '{asked}' not found, make sure the correct model ID was used; this server has, as {kind}: " +
                $"{string.Join(", ", models.Select(model => model.Name))}");
    }
}
