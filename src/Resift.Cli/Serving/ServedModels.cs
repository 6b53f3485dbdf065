using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resift.Cli;

/// <summary>
/// The models that a server offers. Those of this machine are loaded when they are used; those of providers, of which nothing is sent
/// before a call, are there from the start.
/// </summary>
internal sealed class ServedModels : IDisposable
{
    // What cached scores of one model take in memory at most.
    private const long CacheBytes = 64 * 1024 * 1024;

    private readonly LocalModels _local;
    private readonly long _budget;
    private readonly ModelShelf _shelf;
    private readonly OrderedDictionary<string, IReranker> _rerankers = [];
    private readonly OrderedDictionary<string, IEmbeddingGenerator<string, Embedding<float>>> _embedders = [];
    private readonly List<ShelvedModel> _warm = [];
    private readonly List<IDisposable> _owned = [];

    /// <summary>Finds all models, without loading those of this machine.</summary>
    /// <param name="models">The models; the first reranker and the first embedder answer requests that name none.</param>
    /// <param name="choose">Gets who reranks.</param>
    /// <param name="local">Opens models of this machine.</param>
    /// <param name="budget">How many bytes loaded models may take while some are idle; null for any number.</param>
    /// <exception cref="UsageException">Two have one name, a fallback is none, or a model is larger than the budget.</exception>
    public ServedModels(
        IReadOnlyList<ServedModel> models, Func<ServedModel, RerankerChoice> choose, LocalModels local, long? budget)
    {
        (_local, _budget) = (local, budget ?? long.MaxValue);
        _shelf = new(_budget);
        try
        {
            foreach (var model in models.Where(model => model.IsEmbedder))
            {
                Add(_embedders, model, OpenEmbedder(model));
            }

            var rerankers = models.Where(model => !model.IsEmbedder).ToList();
            foreach (var model in rerankers)
            {
                Add(_rerankers, model, WithLayers(model, Open(model, choose(model))));
            }

            // Of what stands in for a model, its own fallback is not asked, so that there is no circle.
            var alone = _rerankers.ToDictionary();
            foreach (var model in rerankers)
            {
                _rerankers[model.Name] = WithFallback(model, alone);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the rerankers by their names, in their order.</summary>
    public IReadOnlyDictionary<string, IReranker> Rerankers => _rerankers;

    /// <summary>Gets the embedders by their names, in their order.</summary>
    public IReadOnlyDictionary<string, IEmbeddingGenerator<string, Embedding<float>>> Embedders => _embedders;

    /// <summary>Gets the names of the models of this machine that are loaded.</summary>
    public IReadOnlyList<string> Loaded => _shelf.Loaded;

    /// <summary>Loads the models that have to be there before the server is.</summary>
    public Task WarmAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_warm.Select(model => _shelf.LoadAsync(model, cancellationToken)));

    /// <summary>Adds the models to a container, each by its name, and the first ones without a name too.</summary>
    public void AddTo(IServiceCollection services)
    {
        // Instances, which the container does not dispose.
        foreach (var (name, reranker) in _rerankers)
        {
            services.AddKeyedSingleton(name, reranker);
        }

        foreach (var (name, embedder) in _embedders)
        {
            services.AddKeyedSingleton(name, embedder);
        }

        services.AddSingleton(_rerankers.Values.First()).AddSingleton(_embedders.Values.First());
    }

    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        _shelf.Dispose();
    }

    private static void Add<T>(OrderedDictionary<string, T> models, ServedModel model, T opened)
    {
        if (!models.TryAdd(model.Name, opened))
        {
            throw new UsageException($"There are two models with the name '{model.Name}'; give one of them another, as NAME=MODEL.");
        }
    }

    private IReranker Open(ServedModel model, RerankerChoice choice)
    {
        if (choice.IsRemote)
        {
            var remote = choice.Open();
            _owned.Add(remote);
            return remote;
        }

        var info = choice.Models.ReadInfo(choice.Name);
        bool isEmbedder = info.Kind is LocalModelKind.Embedder;
        var facts = new LoadedFacts();
        return new ShelvedReranker(
            _shelf,
            Shelve(model, info, isFirst: _rerankers.Count == 0, () => facts.Of(choice.Models.OpenReranker(choice.Name))),
            new RerankerMetadata(LocalModels.ProviderName)
            {
                DefaultModelId = info.ModelId,
                ScoreScale = isEmbedder ? ScoreScale.Cosine : info.ScoreScale,
                IsPointwise = true,
                MaxTokensPerPair = isEmbedder ? null : _local.Options.MaxTokens ?? info.MaxTokens,
            },
            facts);
    }

    private ShelvedEmbedder OpenEmbedder(ServedModel model)
    {
        var info = _local.ReadInfo(model.Source);
        var facts = new LoadedFacts();
        return new(
            _shelf,
            Shelve(model, info, isFirst: _embedders.Count == 0, () => facts.Of(_local.OpenEmbedder(model.Source))),
            new(LocalModels.ProviderName, providerUri: null, info.ModelId, info.HiddenSize),
            facts);
    }

    private ShelvedModel Shelve(ServedModel model, LocalModelInfo info, bool isFirst, Func<IDisposable> load)
    {
        long bytes = _local.BytesOf(info);
        if (bytes > _budget)
        {
            throw new UsageException($"The model '{model.Name}' takes about {bytes >> 20} MiB, more than the {_budget >> 20} MiB that " +
                "models may take; raise --memory-budget.");
        }

        var shelved = new ShelvedModel(model.Name, bytes, load);
        if (isFirst || model.IsWarm)
        {
            _warm.Add(shelved);
        }

        return shelved;
    }

    // What is in the cache costs nothing, so the budget is inside.
    private static IReranker WithLayers(ServedModel model, IReranker reranker)
    {
        var builder = reranker.AsBuilder();
        if (model.CacheTime is { } time)
        {
            var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions { SizeLimit = CacheBytes }));
            builder.UseCaching(cache, new() { Expiration = time });
        }

        if (model.MaxCostPerHour is { } cost)
        {
            builder.UseBudget(cost);
        }

        return builder.Build();
    }

    private static IReranker WithFallback(ServedModel model, Dictionary<string, IReranker> alone)
    {
        var builder = alone[model.Name].AsBuilder().UseOpenTelemetry();
        if (model.Fallback.Count > 0)
        {
            builder.UseFallback([.. model.Fallback.Select(name => name != model.Name && alone.TryGetValue(name, out var other)
                ? other
                : throw new UsageException($"'{name}' is to answer in the place of '{model.Name}', but it is no other reranker of the " +
                    $"server, which has {string.Join(", ", alone.Keys)}."))]);
        }

        return builder.Build();
    }
}
