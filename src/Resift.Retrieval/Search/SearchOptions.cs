namespace Resift.Retrieval;

/// <summary>How much work is spent on the order of the candidates: the more, the better and the slower.</summary>
public enum SearchTier
{
    /// <summary>
    /// The reranker reads the best <see cref="SearchOptions.Depth"/> candidates; where there is a small reranker besides, that one reads
    /// the best <see cref="SearchOptions.LightDepth"/> first and chooses them. The default.
    /// </summary>
    Full,

    /// <summary>The small reranker, or else the only one, reads the best <see cref="SearchOptions.LightDepth"/> candidates.</summary>
    Light,

    /// <summary>Nothing is reranked: the first stage's order is the answer.</summary>
    FirstStageOnly,
}

/// <summary>What a search wants. The defaults are those of the field: fifty candidates, of which the best five come back.</summary>
/// <remarks>Not to be changed while a search reads it. What keeps options copies them.</remarks>
public sealed class SearchOptions
{
    /// <summary>Gets or sets how many candidates the first stage finds at most; 50 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Candidates
    {
        get;
        set => field = AtLeastOne(value, nameof(Candidates));
    } = 50;

    /// <summary>
    /// Gets or sets how many hits come back at most, 5 unless set. A hit is a whole document, however many of its passages were found,
    /// unless <see cref="GroupByDocument"/> is false.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int TopN
    {
        get;
        set => field = AtLeastOne(value, nameof(TopN));
    } = 5;

    /// <summary>
    /// Gets or sets a value indicating whether passages of one document become one hit. Otherwise every passage is a hit of its own.
    /// </summary>
    public bool GroupByDocument { get; set; } = true;

    /// <summary>
    /// Gets or sets how many candidates of one document are kept at most, its best; null for no limit. A long page that mentions
    /// everything, such as release notes, then leaves room for others; what is left out is made up for from further down the first stage's
    /// list.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? CandidatesPerDocument
    {
        get;
        set => field = value is { } limit ? AtLeastOne(limit, nameof(CandidatesPerDocument)) : null;
    }

    /// <summary>
    /// Gets or sets what is known of a document before anything is asked: what is added to its score in the order, in standard deviations
    /// of this query's candidates; below 0 to put it back. Null for 0 everywhere. It moves the order only, like
    /// <see cref="FirstStageWeight"/>: scores stay what they are.
    /// </summary>
    /// <remarks>It is called on one thread for each candidate; what it throws, the search throws.</remarks>
    public Func<SearchDocument, double>? Prior { get; set; }

    /// <summary>Gets or sets how much work is spent on the order of the candidates.</summary>
    public SearchTier Tier { get; set; } = SearchTier.Full;

    /// <summary>
    /// Gets or sets how many candidates the reranker reads in the tier <see cref="SearchTier.Full"/>: the best so far. Null, the default,
    /// for all. Those that it does not read follow behind in the order that they had, and say so (<see cref="SearchHit.ScoredBy"/>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Depth
    {
        get;
        set => field = value is { } depth ? AtLeastOne(depth, nameof(Depth)) : null;
    }

    /// <summary>
    /// Gets or sets how many candidates are read first by <see cref="TwoStageRetriever.LightReranker"/> in the tier
    /// <see cref="SearchTier.Full"/>, or by it, or else by the reranker, in the tier <see cref="SearchTier.Light"/>: the best of the first
    /// stage. Null for all. 16 unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? LightDepth
    {
        get;
        set => field = value is { } depth ? AtLeastOne(depth, nameof(LightDepth)) : null;
    } = 16;

    /// <summary>Gets or sets what a document's metadata must fulfil; null for no condition.</summary>
    public MetadataFilter? Filter { get; set; }

    /// <summary>
    /// Gets or sets the cut that keeps what is relevant: it gets the response that has the last word, whose indices point into the list of
    /// candidates that it gets as well, and gives back the part that stays. Null to keep everything.
    /// </summary>
    /// <remarks>
    /// It gets everything that was scored, before <see cref="TopN"/> cuts: by the reranker, or by the first stage in the tier
    /// <see cref="SearchTier.FirstStageOnly"/>. Candidates that the reranker did not read (<see cref="Depth"/>) are not in the response and
    /// do not stay, since nothing says that they pass. It is not called for a degraded response, whose scores are not those that it is
    /// meant for, nor if nothing was found. What it throws, the search throws.
    /// </remarks>
    /// <example><c>Select = (response, _) => response.AtLeast(0.5, ScoreScale.Probability)</c></example>
    public Func<RerankResponse, IReadOnlyList<Candidate>, RerankResponse>? Select { get; set; }

    /// <summary>
    /// Gets or sets the share of the first stage in the final order, in [0, 1]: 0 orders by the reranker alone, 1 by the first stage alone;
    /// 0.5 unless set.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The order is that of weight · z(first stage) + (1 - weight) · reranker (linear interpolation; Wang, Zhuang and Zuccon, 2021,
    /// "BERT-based Dense Retrievers Require Interpolation with BM25 for Effective Passage Retrieval"). z subtracts the mean of what was
    /// read and divides by the standard deviation. The reranker counts by its log-odds, where its scale is a probability or a logit, so
    /// that one which sees no difference decides nothing, and by z of its score otherwise.
    /// </para>
    /// <para>
    /// Only the order is mixed: hits keep the reranker's score, on its scale, so that thresholds keep their meaning. The mixed score and
    /// rank are the stage <see cref="SearchStages.Mixed"/> of a hit. A degraded response keeps its own order.
    /// </para>
    /// <para>
    /// Half is a middle: with the bundled models the reranker alone is best on web pages, and 0.7 on documentation and code, where the
    /// first stage knows as much. docs/measurements.md has figures; the command <c>tiers</c> of the benchmarks prints them for other data.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1].</exception>
    public double FirstStageWeight
    {
        get;
        set => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(FirstStageWeight), value, "FirstStageWeight must be in [0, 1]: 0 is the reranker alone, 1 the first stage alone.");
    } = 0.5;

    /// <summary>
    /// Gets or sets what the reranker is asked for; null for its defaults. Its <see cref="RerankOptions.TopN"/> must be null:
    /// <see cref="TopN"/> says how many hits come back. A small reranker before it is asked for the same, but for
    /// <see cref="RerankOptions.ModelId"/>.
    /// </summary>
    public RerankOptions? Rerank { get; set; }

    /// <summary>
    /// Gets or sets how long reranking may take, all models together, before the order so far is given instead; null for no limit. A
    /// reranker that does not stop then is left behind and ends on its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is not positive, or above <see cref="int.MaxValue"/> milliseconds.
    /// </exception>
    public TimeSpan? RerankTimeout
    {
        get;
        set => field = value is null || (value > TimeSpan.Zero && value <= TimeSpan.FromMilliseconds(int.MaxValue))
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(RerankTimeout), value, "RerankTimeout must be positive and at most int.MaxValue milliseconds; null is no limit.");
    }

    /// <summary>
    /// Gets or sets a value indicating whether telemetry (<see cref="RetrievalTelemetry"/>) carries the query, and the ids and scores of
    /// what was found. Off by default.
    /// </summary>
    public bool EnableSensitiveData { get; set; }

    /// <summary>Creates a copy that can be changed without changing this one.</summary>
    /// <returns>The copy; <see cref="Rerank"/> is a copy as well.</returns>
    public SearchOptions Clone()
    {
        var clone = (SearchOptions)MemberwiseClone();
        clone.Rerank = Rerank?.Clone();
        return clone;
    }

    private static int AtLeastOne(int value, string name) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}
