/// <summary>What is asked of a search, and how fast the machines are that answer it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Passages">How many passages are searched.</param>
/// <param name="QueriesPerSecond">How many queries come in a second, on average.</param>
/// <param name="Candidates">How many candidates of each query are reranked.</param>
/// <param name="TokensPerPair">How many tokens a query and a candidate have together.</param>
/// <param name="CacheHits">The share of queries that a cache answers.</param>
/// <param name="MillisecondsAtP99">How long reranking may take for 99 of 100 queries.</param>
internal sealed record Workload(
    string Name, long Passages, double QueriesPerSecond, int Candidates, int TokensPerPair, double CacheHits, double MillisecondsAtP99)
{
    /// <summary>Gets how many queries a second reach the reranker.</summary>
    public double Reranked => QueriesPerSecond * (1 - CacheHits);

    /// <summary>Gets how many pairs a second the reranker has to score.</summary>
    public double PairsPerSecond => Reranked * Candidates;
}

/// <summary>A model on a processor: how many pairs one vCPU scores in a second.</summary>
/// <param name="Name">The model.</param>
/// <param name="PairsPerSecond">Measured with pairs of <paramref name="TokensPerPair"/>.</param>
/// <param name="TokensPerPair">The tokens of a pair when that was measured.</param>
internal sealed record Rate(string Name, double PairsPerSecond, int TokensPerPair)
{
    /// <summary>Gets the rate for pairs of another length: time grows with tokens, a little faster where they are many.</summary>
    public double For(int tokens) => PairsPerSecond * TokensPerPair / tokens;
}
