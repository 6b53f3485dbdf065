namespace Resift;

/// <summary>What middleware that takes calls apart, or makes several of one, has in common.</summary>
internal static class RerankCalls
{
    /// <summary>Starts a call whose every failure is in its task, also what the reranker throws before its first await.</summary>
    public static async Task<RerankResponse> StartAsync(
        this IReranker reranker,
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options,
        CancellationToken cancellationToken) =>
        await reranker.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);

    /// <summary>Copies the options of a call for a part of it, whose answer must not be cut before it joins the others.</summary>
    public static RerankOptions WithoutTopN(this RerankOptions? options)
    {
        var all = options?.Clone() ?? new();
        all.TopN = null;
        return all;
    }

    /// <summary>Gets documents in the order in which they came. Reciprocal ranks fall without end, however many documents there are.</summary>
    public static RerankResponse FirstStageOrder(int documents, int? topN) => RerankResponse.Create(
        [.. Enumerable.Range(1, documents).Select(rank => 1.0 / rank)], ScoreScale.Rank, topN);
}
