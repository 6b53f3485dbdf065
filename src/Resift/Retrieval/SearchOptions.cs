namespace Resift.Retrieval;

/// <summary>What one search wants. The defaults are those of the field: fifty candidates, of which the best five come back.</summary>
public sealed record SearchOptions
{
    /// <summary>How many hits a search gives unless told otherwise.</summary>
    public const int DefaultTopN = 5;

    /// <summary>Gets how many candidates the first stage finds, and the reranker reads, at most.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Candidates
    {
        get;
        init => field = AtLeastOne(value, nameof(Candidates));
    } = RetrievalOptions.DefaultCandidates;

    /// <summary>Gets how many hits come back at most.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int TopN
    {
        get;
        init => field = AtLeastOne(value, nameof(TopN));
    } = DefaultTopN;

    /// <summary>Gets how much work is spent on the order of the candidates.</summary>
    public SearchTier Tier { get; init; } = SearchTier.Full;

    /// <summary>Gets what a document's metadata must have: every key with exactly this value. Null for no condition.</summary>
    public IReadOnlyDictionary<string, string>? Filter { get; init; }

    /// <summary>
    /// Gets the cut that keeps what is relevant: it gets the reranker's response, whose indices point into the list of candidates that it gets
    /// as well, and gives back the part that stays. Null to keep everything. It is not called for a degraded response, whose scores are not the reranker's.
    /// </summary>
    /// <example><c>Select = (response, _) => response.AtLeast(0.5, ScoreScale.Probability)</c></example>
    public Func<RerankResponse, IReadOnlyList<Candidate>, RerankResponse>? Select { get; init; }

    /// <summary>Gets what the reranker is asked for beyond the number of results; null for its defaults.</summary>
    public RerankOptions? Rerank { get; init; }

    /// <summary>Gets how long reranking may take before the first stage's order is given instead; null for no limit.</summary>
    public TimeSpan? RerankTimeout { get; init; }

    private static int AtLeastOne(int value, string name) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}
