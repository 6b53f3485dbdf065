using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resift;

/// <summary>Keeps answers in a cache.</summary>
/// <remarks>
/// <para>
/// Around a pointwise reranker, each document's score is kept by itself, so that only documents that are not in the cache are scored.
/// Around any other, and for calls that name another model than its default, the answer to a whole call is kept. A key is a hash of model,
/// its <see cref="ModelFingerprint"/> where there is one, revision, options, query and text: no text stands in it. Degraded answers are not kept, and calls whose options are of an unknown type are passed through.
/// </para>
/// <para>
/// Concurrent calls that miss the same entry score it once; if the call that does so fails, those that waited for it ask for
/// themselves, all at once. A corrupt entry counts as missing, and so does every entry while the cache
/// itself fails, which is logged as a warning. A response says under <see cref="CachedDocumentsKey"/> how many of its documents came
/// from the cache; its usage is what was really consumed. Safe for concurrent use.
/// </para>
/// </remarks>
public sealed partial class CachingReranker : DelegatingReranker
{
    /// <summary>
    /// The key in <see cref="RerankResponse.AdditionalProperties"/> of the number of documents, an <see cref="int"/>, that were not
    /// scored anew.
    /// </summary>
    public const string CachedDocumentsKey = "cached_documents";

    // Of one call; a remote cache answers many at once, but not without end.
    private const int MaxConcurrentReads = 32;

    private readonly CacheStore _store;
    private readonly ILogger _logger;
    private readonly string? _revision;
    private readonly InFlightEntries _inFlight = new();

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that answers what is not in the cache; owned from now on.</param>
    /// <param name="cache">Keeps the answers; not owned.</param>
    /// <param name="options">How long, and for which revision of the model; null for the defaults.</param>
    /// <param name="logger">Where failures of the cache are logged; null for nowhere.</param>
    public CachingReranker(IReranker innerReranker, HybridCache cache, CachingRerankerOptions? options, ILogger? logger)
        : this(innerReranker, CacheStore.Of(NotNull(cache), (options ?? new()).Expiration), options, logger)
    {
    }

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that answers what is not in the cache; owned from now on.</param>
    /// <param name="cache">Keeps the answers, such as in Redis; not owned.</param>
    /// <param name="options">How long, and for which revision of the model; null for the defaults.</param>
    /// <param name="logger">Where failures of the cache are logged; null for nowhere.</param>
    public CachingReranker(IReranker innerReranker, IDistributedCache cache, CachingRerankerOptions? options, ILogger? logger)
        : this(innerReranker, CacheStore.Of(NotNull(cache), (options ?? new()).Expiration), options, logger)
    {
    }

    private CachingReranker(IReranker innerReranker, CacheStore store, CachingRerankerOptions? options, ILogger? logger)
        : base(innerReranker)
    {
        _store = store;
        _revision = options?.Revision;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc />
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        cancellationToken.ThrowIfCancellationRequested();
        var metadata = InnerReranker.GetService<RerankerMetadata>();
        bool pointwise = metadata.IsPointwiseFor(options);
        if (documents.Count == 0 || KeyOf(metadata, query, options, pointwise) is not { } call)
        {
            return await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        }

        return pointwise
            ? await ScoreAsync(query, documents, options, call, metadata!, cancellationToken).ConfigureAwait(false)
            : await AnswerAsync(query, documents, options, call.Of(documents), cancellationToken).ConfigureAwait(false);
    }

    private CacheKey? KeyOf(RerankerMetadata? metadata, string query, RerankOptions? options, bool pointwise) => CacheKey.Of(
        metadata, InnerReranker.GetService<ModelFingerprint>(), _revision, query, options, withTopN: !pointwise);

    private static T NotNull<T>(T cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return cache;
    }

    private async Task<RerankResponse> ScoreAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options,
        CacheKey call,
        RerankerMetadata metadata,
        CancellationToken cancellationToken)
    {
        // Each different text once; duplicates share an entry.
        string[] keys = [.. documents.Select(document => call.Of([document]))];
        var texts = keys.Zip(documents).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);
        var known = await ReadAsync(texts.Keys, metadata.ScoreScale, cancellationToken).ConfigureAwait(false);
        var usages = new List<RerankUsage>();
        var scored = new HashSet<string>(StringComparer.Ordinal);
        bool alone = false;
        while (known.Count < texts.Count)
        {
            using var claim = _inFlight.Claim(texts.Keys.Where(key => !known.ContainsKey(key)), alone, cancellationToken);
            if (claim.Own is [_, ..] own)
            {
                string[] missing = [.. own.Select(key => texts[key])];
                var response = await base.RerankAsync(query, missing, options.WithoutTopN(), cancellationToken).ConfigureAwait(false);
                if (response.IsDegraded || response.ScoreScale != metadata.ScoreScale || response.Results.Count != own.Count)
                {
                    // What such an answer says holds for this call alone, and does not mix with scores from the cache.
                    return known.Count == 0 && own.Count == documents.Count && options?.TopN is null
                        ? response
                        : await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
                }

                usages.Add(response.Usage ?? new());
                var cuts = (response.Usage?.TruncatedDocuments ?? []).ToDictionary(cut => cut.Index, cut => cut.TokensCut);
                var scores = response.Results.ToDictionary(result => result.Index);
                for (int i = 0; i < own.Count; i++)
                {
                    IReadOnlyList<TruncatedDocument> truncated = cuts.TryGetValue(i, out int cut) ? [new(0, cut)] : [];
                    var entry = new CacheEntry(response.ScoreScale, response.ModelId, [new(0, scores[i].Score)], truncated);
                    known.Add(own[i], entry);
                    claim.Complete(own[i], entry);
                }

                scored.UnionWith(own);
                await WriteAsync(own.Select(key => (key, known[key])), cancellationToken).ConfigureAwait(false);
            }

            foreach (var (key, entry) in await claim.OthersAsync(cancellationToken).ConfigureAwait(false))
            {
                known.Add(key, entry);
            }

            // Calls that took turns at failing would wait for all before them.
            alone = claim.OthersFailed;
        }

        return RerankResponse.Create([.. keys.Select(key => known[key].Results[0].Score)], metadata.ScoreScale, options?.TopN) with
        {
            ModelId = known[keys[0]].ModelId,
            Usage = RerankUsage.Sum(usages) with
            {
                TruncatedDocuments =
                [
                    .. keys.SelectMany((key, index) => known[key].TruncatedDocuments.Select(document => document with { Index = index })),
                ],
            },
            AdditionalProperties = new() { [CachedDocumentsKey] = keys.Count(key => !scored.Contains(key)) },
        };
    }

    private async Task<RerankResponse> AnswerAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options, string key, CancellationToken cancellationToken)
    {
        bool alone = false;
        while (true)
        {
            var found = await ReadAsync([key], scale: null, cancellationToken).ConfigureAwait(false);
            if (found.TryGetValue(key, out var kept))
            {
                return Restore(kept, options, documents.Count);
            }

            using var claim = _inFlight.Claim([key], alone, cancellationToken);
            if (claim.Own is [])
            {
                if ((await claim.OthersAsync(cancellationToken).ConfigureAwait(false)) is [var (_, joined)])
                {
                    return Restore(joined, options, documents.Count);
                }

                alone = claim.OthersFailed;
                continue;
            }

            var response = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
            if (!response.IsDegraded)
            {
                CacheEntry entry = new(response.ScoreScale, response.ModelId, response.Results, response.Usage?.TruncatedDocuments ?? []);
                claim.Complete(key, entry);
                await WriteAsync([(key, entry)], cancellationToken).ConfigureAwait(false);
            }

            return response;
        }
    }

    private static RerankResponse Restore(CacheEntry entry, RerankOptions? options, int count) =>
        RerankResponse.Create(entry.Results, entry.ScoreScale, options?.TopN) with
        {
            ModelId = entry.ModelId,
            Usage = new() { TruncatedDocuments = entry.TruncatedDocuments },
            AdditionalProperties = new() { [CachedDocumentsKey] = count },
        };

    private async Task<Dictionary<string, CacheEntry>> ReadAsync(
        IEnumerable<string> keys, ScoreScale? scale, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, CacheEntry>(StringComparer.Ordinal);
        try
        {
            foreach (string[] some in keys.Chunk(MaxConcurrentReads))
            {
                var reads = some.Select(key => _store.GetAsync(key, cancellationToken).AsTask());
                byte[]?[] values = await Task.WhenAll(reads).ConfigureAwait(false);
                foreach (var (key, value) in some.Zip(values))
                {
                    if (CacheEntry.Read(key, value) is { } entry && entry.ScoreScale == (scale ?? entry.ScoreScale))
                    {
                        found.Add(key, entry);
                    }
                }
            }
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogReadFailed(error);
        }

        return found;
    }

    private async Task WriteAsync(IEnumerable<(string Key, CacheEntry Entry)> entries, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var some in entries.Chunk(MaxConcurrentReads))
            {
                await Task.WhenAll(some.Select(pair => _store.SetAsync(pair.Key, pair.Entry.Write(pair.Key), cancellationToken).AsTask()))
                    .ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogWriteFailed(error);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cache of the reranker could not be read; what it holds is scored anew.")]
    private partial void LogReadFailed(Exception error);

    [LoggerMessage(LogLevel.Warning, "The cache of the reranker could not be written; the scores will be computed again.")]
    private partial void LogWriteFailed(Exception error);
}

/// <summary>Adds a cache to a chain of rerankers.</summary>
public static class CachingRerankerBuilderExtensions
{
    /// <summary>Keeps the answers of what lies inside in the <see cref="HybridCache"/> among the services given to the chain.</summary>
    /// <param name="builder">The chain.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseCaching(this RerankerBuilder builder) => builder.UseCaching(new CachingRerankerOptions());

    /// <summary>Keeps the answers of what lies inside in the <see cref="HybridCache"/> among the services given to the chain.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="options">How long, and for which revision of the model.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseCaching(this RerankerBuilder builder, CachingRerankerOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.Use((inner, services) =>
            new CachingReranker(inner, services.GetRequiredService<HybridCache>(), options, Logger(services)));
    }

    /// <summary>Keeps the answers of what lies inside in a cache, such as in Redis.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="cache">Keeps the answers; not owned.</param>
    /// <param name="options">How long, and for which revision of the model; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseCaching(this RerankerBuilder builder, IDistributedCache cache, CachingRerankerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(cache);
        return builder.Use((inner, services) => new CachingReranker(inner, cache, options, Logger(services)));
    }

    private static ILogger? Logger(IServiceProvider services) => services.GetService<ILoggerFactory>()?.CreateLogger<CachingReranker>();
}
