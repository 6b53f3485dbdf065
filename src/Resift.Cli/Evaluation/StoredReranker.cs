using System.Diagnostics;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Scores each pair once, whatever asks for it how often: what the store has is not asked for again.</summary>
/// <remarks>
/// A reranker that looks at its documents together gives scores that hold for exactly these documents, so they are found again only by the
/// same list. Not safe for concurrent use.
/// </remarks>
internal sealed class StoredReranker : DelegatingReranker
{
    private readonly PairStore _store;
    private readonly ScoringBudget? _budget;
    private readonly long _model;
    private bool _isWarm;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="inner">The reranker that scores what is missing; owned from now on.</param>
    /// <param name="store">What keeps the scores; not owned.</param>
    /// <param name="budget">What scoring may cost; null for any amount.</param>
    public StoredReranker(IReranker inner, PairStore store, ScoringBudget? budget = null)
        : base(inner)
    {
        Metadata = inner.GetService<RerankerMetadata>() ?? new("unknown");
        (_store, _budget) = (store, budget);
        _model = store.Use(FingerprintOf(inner, Metadata).Value);
        // The first call of a local model compiles code and fills caches; a service that runs has that behind it. Others cost money.
        _isWarm = Metadata.ProviderUri is not null;
    }

    public RerankerMetadata Metadata { get; }

    /// <summary>Gets how many pairs were scored by this object, and not found in the store.</summary>
    public int NewlyScored { get; private set; }

    /// <summary>Gets how many answers were degraded, which are used and not kept.</summary>
    public int Degraded { get; private set; }

    /// <summary>Gets the failure of the reranker, which a search would get around.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Gets what each document of the last call gave and took, now or when it was scored.</summary>
    public IReadOnlyList<ScoredPair> LastPairs { get; private set; } = [];

    /// <summary>Takes out of the budget what calls cost of which the store lacks something.</summary>
    /// <param name="calls">The queries with what is to be read for them.</param>
    /// <exception cref="UsageException">They cost more than is left, or nobody knows whether they do.</exception>
    public void Reserve(IEnumerable<(string Query, IEnumerable<Candidate> Candidates)> calls)
    {
        if (_budget is null || Metadata.ProviderUri is null)
        {
            return;
        }

        var missing = new List<RerankRequest>();
        foreach (var (query, candidates) in calls)
        {
            string[] texts = [.. candidates.Select(candidate => PassageTemplate.TitleAndHeadings.TextOf(candidate.Document))];
            string[] unknown = [.. KeysOf(texts).Zip(texts).Where(text => _store.Find(_model, query, text.First) is null)
                .Select(text => text.Second)];
            if (unknown.Length > 0)
            {
                missing.Add(new(query, unknown));
            }
        }

        _budget.Reserve(Metadata, missing);
    }

    public override async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        LastPairs = [];
        var keys = KeysOf(documents);
        var known = new Dictionary<string, ScoredPair>();
        var missing = new Dictionary<string, string>();
        foreach (var (key, document) in keys.Zip(documents))
        {
            if (known.ContainsKey(key) || missing.ContainsKey(key))
            {
                continue;
            }

            if (_store.Find(_model, query, key) is { } pair)
            {
                known.Add(key, pair);
            }
            else
            {
                missing.Add(key, document);
            }
        }

        if (missing.Count > 0 && await ScoreAsync(query, missing, known, options, cancellationToken) is { } degraded)
        {
            return degraded;
        }

        LastPairs = [.. keys.Select(key => known[key])];
        return RerankResponse.Create([.. LastPairs.Select(pair => pair.Score)], Metadata.ScoreScale, options?.TopN) with
        {
            ModelId = Metadata.DefaultModelId,
        };
    }

    private static ModelFingerprint FingerprintOf(IReranker reranker, RerankerMetadata metadata) =>
        reranker.GetService<ModelFingerprint>()
            ?? ModelFingerprint.Create(metadata.ProviderName, metadata.ProviderUri?.AbsoluteUri, metadata.DefaultModelId);

    // Null where all is scored; else the answer, which says why nothing of it can be kept.
    private async Task<RerankResponse?> ScoreAsync(
        string query, Dictionary<string, string> missing, Dictionary<string, ScoredPair> known, RerankOptions? options,
        CancellationToken cancellationToken)
    {
        string[] texts = [.. missing.Values];
        try
        {
            if (!_isWarm)
            {
                await base.RerankAsync(query, texts[..1], options, cancellationToken);
                _isWarm = true;
            }

            long start = Stopwatch.GetTimestamp();
            var response = await base.RerankAsync(query, texts, options, cancellationToken);
            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (response.IsDegraded)
            {
                Degraded++;
                return response;
            }

            string[] keys = [.. missing.Keys];
            foreach (var (index, score) in response.Results)
            {
                known[keys[index]] = new(
                    score,
                    milliseconds / texts.Length,
                    (double?)response.Usage?.InputTokens / texts.Length,
                    (double?)response.Usage?.EstimatedCost / texts.Length);
            }

            _store.Add(_model, query, keys.Select(key => (key, known[key])));
            NewlyScored += texts.Length;
            return null;
        }
        catch (Exception exception)
        {
            Failure = exception;
            throw;
        }
    }

    private List<string> KeysOf(IReadOnlyList<string> documents)
    {
        string list = Metadata.IsPointwise ? "" : $"{ModelFingerprint.Create(documents)} ";
        return [.. documents.Select(document => list + document)];
    }
}
