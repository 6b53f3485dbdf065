namespace Resift.Retrieval;

/// <summary>What one search wants. The defaults are those of the field: fifty candidates, of which the best five come back.</summary>
public sealed record SearchOptions
{
    /// <summary>How many hits a search gives unless told otherwise.</summary>
    public const int DefaultTopN = 5;

    /// <summary>The share of the first stage in the final order unless told otherwise.</summary>
    public const double DefaultFirstStageWeight = 0.25;

    /// <summary>Gets how many candidates the first stage finds, and the reranker reads, at most.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Candidates
    {
        get;
        init => field = AtLeastOne(value, nameof(Candidates));
    } = RetrievalOptions.DefaultCandidates;

    /// <summary>Gets how many hits come back at most. A hit is a whole document, however many of its passages were found.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int TopN
    {
        get;
        init => field = AtLeastOne(value, nameof(TopN));
    } = DefaultTopN;

    /// <summary>Gets how much work is spent on the order of the candidates.</summary>
    public SearchTier Tier { get; init; } = SearchTier.Full;

    /// <summary>
    /// Gets how many candidates the reranker reads in the tier <see cref="SearchTier.Light"/>: the best by the first stage's scores, and at
    /// least <see cref="TopN"/>. It does not matter where <see cref="TwoStageRetriever.LightReranker"/> is set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int LightCandidates
    {
        get;
        init => field = AtLeastOne(value, nameof(LightCandidates));
    } = 15;

    /// <summary>Gets what a document's metadata must have: every key with exactly this value. Null for no condition.</summary>
    public IReadOnlyDictionary<string, string>? Filter { get; init; }

    /// <summary>
    /// Gets the cut that keeps what is relevant: it gets the reranker's response, whose indices point into the list of candidates that it
    /// gets as well, and gives back the part that stays. Null to keep everything.
    /// </summary>
    /// <remarks>
    /// It gets everything that was reranked, before <see cref="TopN"/> cuts. It is not called for a degraded response, whose scores are not
    /// the reranker's, nor if nothing was found or nothing is reranked. What it throws, the search throws.
    /// </remarks>
    /// <example><c>Select = (response, _) => response.AtLeast(0.5, ScoreScale.Probability)</c></example>
    public Func<RerankResponse, IReadOnlyList<Candidate>, RerankResponse>? Select { get; init; }

    /// <summary>
    /// Gets the share of the first stage in the final order, in [0, 1]: 0 orders by the reranker alone, 1 by the first stage alone;
    /// <see cref="DefaultFirstStageWeight"/> by default.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The order is that of weight · z(first stage) + (1 - weight) · z(reranker), where z subtracts the mean of this query's candidates and
    /// divides by their standard deviation (linear interpolation; Wang, Zhuang and Zuccon, 2021, "BERT-based Dense Retrievers Require
    /// Interpolation with BM25 for Effective Passage Retrieval"). The first stage's score is the cosine between the embeddings of query and
    /// candidate where the retriever has them at hand, so that it costs nothing, and the candidate's own score otherwise; the reranker's is
    /// its logit where its scale converts.
    /// </para>
    /// <para>
    /// Only the order is mixed: hits keep the reranker's score, on its scale, so that thresholds keep their meaning. The mixed score and
    /// rank are the stage <c>mixed</c> of a hit. A degraded response keeps its own order.
    /// </para>
    /// <para>
    /// The default, a quarter, raised nDCG@10 with the bundled models in eleven of twelve combinations of a data set and a first stage, by
    /// 0.002 to 0.034, and lost 0.0004 in the twelfth; the guide to retrieval has the table. Half is better still on code, and worse
    /// elsewhere. The command <c>retrieval</c> of the benchmarks prints such a table for other data.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1].</exception>
    public double FirstStageWeight
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(FirstStageWeight), value, "FirstStageWeight must be in [0, 1]: 0 is the reranker alone, 1 the first stage alone.");
    } = DefaultFirstStageWeight;

    /// <summary>
    /// Gets what the reranker is asked for; null for its defaults. Its <see cref="RerankOptions.TopN"/> must be null:
    /// <see cref="TopN"/> says how many hits come back.
    /// </summary>
    public RerankOptions? Rerank { get; init; }

    /// <summary>
    /// Gets how long reranking may take before the first stage's order is given instead; null for no limit. A reranker that does not stop
    /// then is left behind and ends on its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is not positive, or above <see cref="int.MaxValue"/> milliseconds.
    /// </exception>
    public TimeSpan? RerankTimeout
    {
        get;
        init => field = value is null || (value > TimeSpan.Zero && value <= TimeSpan.FromMilliseconds(int.MaxValue))
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(RerankTimeout), value, "RerankTimeout must be positive and at most int.MaxValue milliseconds; null is no limit.");
    }

    private static int AtLeastOne(int value, string name) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}
