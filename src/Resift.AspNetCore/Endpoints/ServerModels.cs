using Microsoft.AspNetCore.Http;
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

    }

    /// <summary>Gets all names that a caller may use, those of models first, then their aliases.</summary>
    public IEnumerable<string> NamesFor(HttpContext context) => _options.Rerankers.Concat(_options.Embedders)
        .Select(model => (model.Name, Model: model.Name))
        .Concat(_options.Aliases.Select(alias => (Name: alias.Key, Model: alias.Value)))
        .Where(item => MayUse(context, item.Model)).Select(item => item.Name).Distinct();

    /// <summary>Finds a reranker.</summary>
    /// <param name="context">The request, whose key may not use all of them.</param>
    /// <param name="asked">The name that a client asks for; null or nothing for the first that it may use.</param>
    /// <exception cref="ServerProblem">There is none of that name, or the caller may not use it.</exception>
    public (string Name, IReranker Reranker) FindReranker(HttpContext context, string? asked) =>
        Resolve<IReranker>(Find(context, _options.Rerankers, asked, "reranker"));

    /// <summary>Finds an embedding generator.</summary>
    /// <param name="context">The request, whose key may not use all of them.</param>
    /// <param name="asked">The name that a client asks for; null or nothing for the first that it may use.</param>
    /// <exception cref="ServerProblem">There is none of that name, or the caller may not use it.</exception>
    public (string Name, IEmbeddingGenerator<string, Embedding<float>> Generator) FindEmbedder(HttpContext context, string? asked) =>
        Resolve<IEmbeddingGenerator<string, Embedding<float>>>(Find(context, _options.Embedders, asked, "embedding model"));

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

    private NamedService Find(HttpContext context, IReadOnlyList<NamedService> models, string? asked, string kind)
    {
        // An alias may stand for a reranker and have the name of an embedder, or the other way round.
        var model = string.IsNullOrEmpty(asked)
            ? models.FirstOrDefault(model => MayUse(context, model.Name)) ?? (models.Count > 0 ? models[0] : null)
            : models.FirstOrDefault(model => model.Name == asked)
                ?? (_options.Aliases.TryGetValue(asked, out string? name) ? models.FirstOrDefault(model => model.Name == name) : null);
        if (model is not null && MayUse(context, model.Name))
        {
            return model;
        }

        string usable = string.Join(", ", models.Select(model => model.Name).Where(name => MayUse(context, name)));
        throw model is not null
            ? new ServerProblem(ProblemKind.Forbidden, $"this key may not use the model '{model.Name}'; as {kind}, it may use: " +
                (usable.Length > 0 ? usable : "none"))
            : new ServerProblem(ProblemKind.UnknownModel, models.Count == 0
                ? $"this server has no {kind}"
                : $"model '{asked}' not found, make sure the correct model ID was used; this server has, as {kind}: {usable}");
    }

    private static bool MayUse(HttpContext context, string model) => Caller.Of(context)?.MayUse(model) ?? true;
}
