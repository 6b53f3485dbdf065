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
/// its <see cref="ModelFingerprint"/> where there is one, revision, options, query and text: no text stands in it. Degraded answers are
/// given but not kept, and calls whose options are of an unknown type are passed through.
/// </para>
/// <para>
/// Concurrent calls that miss the same entry score it once; if the call that does so fails, those that waited for it ask for themselves,
/// all at once. A corrupt entry counts as missing, and so does every entry while the cache itself fails, which is logged as a warning.
/// </para>
/// <para>
/// <see cref="RerankUsage.CachedDocuments"/> says how many scores came from the cache; all else in a response's usage is what was really
/// consumed. Safe for concurrent use.
/// </para>
/// </remarks>
public sealed partial class CachingReranker : DelegatingReranker
{
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
        : this(innerReranker, CacheStore.Create(NotNull(cache), (options ?? new()).Expiration), options, logger)
    {
    }

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that answers what is not in the cache; owned from now on.</param>
    /// <param name="cache">Keeps the answers, such as in Redis; not owned.</param>
    /// <param name="options">How long, and for which revision of the model; null for the defaults.</param>
    /// <param name="logger">Where failures of the cache are logged; null for nowhere.</param>
    public CachingReranker(IReranker innerReranker, IDistributedCache cache, CachingRerankerOptions? options, ILogger? logger)
        : this(innerReranker, CacheStore.Create(NotNull(cache), (options ?? new()).Expiration), options, logger)
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
            : await AnswerAsync(query, documents, options, call.ForDocuments(documents), cancellationToken).ConfigureAwait(false);
    }

    private CacheKey? KeyOf(RerankerMetadata? metadata, string query, RerankOptions? options, bool pointwise) => CacheKey.Create(
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
        string[] keys = [.. documents.Select(document => call.ForDocuments([document]))];
        var texts = keys.Zip(documents).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);
        var known = await ReadAsync(texts.Keys, metadata.ScoreScale, cancellationToken).ConfigureAwait(false);
        var asked = new List<RerankResponse>();
        var scored = new HashSet<string>(StringComparer.Ordinal);
        bool alone = false;
        while (known.Count < texts.Count)
        {
            using var claim = _inFlight.Claim(texts.Keys.Where(key => !known.ContainsKey(key)), alone, cancellationToken);
            if (claim.Own is [_, ..] own)
            {
                string[] missing = [.. own.Select(key => texts[key])];
                var response = await base.RerankAsync(query, missing, options.WithoutTopN(), cancellationToken).ConfigureAwait(false);
                asked.Add(response);
                if (response.ScoreScale != metadata.ScoreScale && known.Count > 0)
                {
                    // Such as from a fallback: one order needs all scores from it, those of known documents too.
                    response = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
                    return response with { Usage = RerankUsage.Sum([.. asked.Select(Consumed), response.Usage ?? new()]) };
                }

                var answers = DocumentAnswers.Split(response, own.Count);
                bool isKept = !response.IsDegraded && response.ScoreScale == metadata.ScoreScale && response.Results.Count == own.Count;
                foreach (var (key, answer) in own.Zip(answers))
                {
                    known.Add(key, answer);
                    if (isKept)
                    {
                        claim.Complete(key, answer);
                    }
                }

                scored.UnionWith(own);
                if (isKept)
                {
                    await WriteAsync(own.Zip(answers), cancellationToken).ConfigureAwait(false);
                }
            }

            foreach (var (key, entry) in await claim.OthersAsync(cancellationToken).ConfigureAwait(false))
            {
                known.TryAdd(key, entry);
            }

            // Calls that took turns at failing would wait for all before them.
            alone = claim.OthersFailed;
        }

        var merged = RerankResponse.Merge([.. keys.Select((key, index) => known[key].MapIndices(_ => index))], options?.TopN);
        return merged with
        {
            LlmReport = LlmRerankReport.Sum(asked.Select(response => response.LlmReport)),
            AdditionalProperties = asked.Find(response => response.AdditionalProperties is not null)?.AdditionalProperties,
            Usage = RerankUsage.Sum([.. asked.Select(Consumed), merged.Usage!]) with
            {
                CachedDocuments = keys.Count(key => !scored.Contains(key)),
            },
        };
    }

    // The documents that it lists are those of the texts that were missing; what was cut of which is with each answer.
    private static RerankUsage Consumed(RerankResponse response) => (response.Usage ?? new()) with { TruncatedDocuments = [] };

    private async Task<RerankResponse> AnswerAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options, string key, CancellationToken cancellationToken)
    {
        bool alone = false;
        while (true)
        {
            var found = await ReadAsync([key], scale: null, cancellationToken).ConfigureAwait(false);
            if (found.TryGetValue(key, out var kept))
            {
                return Restore(kept, documents.Count);
            }

            using var claim = _inFlight.Claim([key], alone, cancellationToken);
            if (claim.Own is [])
            {
                if ((await claim.OthersAsync(cancellationToken).ConfigureAwait(false)) is [var (_, joined)])
                {
                    return Restore(joined, documents.Count);
                }

                alone = claim.OthersFailed;
                continue;
            }

            var response = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
            if (!response.IsDegraded)
            {
                claim.Complete(key, response);
                await WriteAsync([(key, response)], cancellationToken).ConfigureAwait(false);
            }

            return response;
        }
    }

    // What another call consumed for it, and how it came about, is no part of this one.
    private static RerankResponse Restore(RerankResponse kept, int count) => kept with
    {
        Usage = RerankUsage.None with
        {
            CachedDocuments = count,
            QueryTokensCut = kept.Usage?.QueryTokensCut ?? 0,
            TruncatedDocuments = kept.Usage?.TruncatedDocuments ?? [],
        },
        LlmReport = null,
        AdditionalProperties = null,
    };

    private async Task<Dictionary<string, RerankResponse>> ReadAsync(
        IEnumerable<string> keys, ScoreScale? scale, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, RerankResponse>(StringComparer.Ordinal);
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

    private async Task WriteAsync(IEnumerable<(string Key, RerankResponse Entry)> entries, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var some in entries.Chunk(MaxConcurrentReads))
            {
                var writes = some.Select(pair =>
                    _store.SetAsync(pair.Key, CacheEntry.Write(pair.Key, pair.Entry), cancellationToken).AsTask());
                await Task.WhenAll(writes).ConfigureAwait(false);
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

/// <summary>How a <see cref="CachingReranker"/> keeps answers.</summary>
public sealed class CachingRerankerOptions
{
    /// <summary>Gets or sets how long an answer is kept.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public TimeSpan Expiration
    {
        get;
        set => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Expiration), value, "Expiration must be above 0.");
    } = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets or sets what tells apart versions of a model that share a name, such as a hash or a date of its weights; it is part of every
    /// key. Null if the name says it all, or the model has a <see cref="ModelFingerprint"/>, which is in every key by itself.
    /// </summary>
    public string? Revision { get; set; }
}

/// <content>Adds a cache to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
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
        return builder.Use((inner, services) => new CachingReranker(
            inner,
            services.GetService<HybridCache>() ?? throw new InvalidOperationException(
                "UseCaching() keeps answers in the container's HybridCache, and there is none. Add it by services.AddHybridCache(), from " +
                "the package Microsoft.Extensions.Caching.Hybrid, or give UseCaching a cache."),
            options,
            Logger(services)));
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
