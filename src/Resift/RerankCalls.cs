namespace Resift;

/// <summary>What rerankers around others do with their calls.</summary>
internal static class RerankCalls
{
    /// <summary>Asks a reranker, so that whatever it throws, at once or later, is in the task.</summary>
    public static async Task<RerankResponse> StartAsync(
        this IReranker reranker,
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options,
        CancellationToken cancellationToken) =>
        await reranker.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);

    /// <summary>Gets the options of a call without its limit of results, for whoever needs all scores; a copy.</summary>
    public static RerankOptions WithoutTopN(this RerankOptions? options)
    {
        var all = options?.Clone() ?? new();
        all.TopN = null;
        return all;
    }

    /// <summary>
    /// Determines whether a call's documents are scored each on its own: the metadata speak of the default model, and another one that
    /// the call names may read them together.
    /// </summary>
    public static bool IsPointwiseFor(this RerankerMetadata? metadata, RerankOptions? options) =>
        metadata is { IsPointwise: true } && metadata.IsDefaultModel(options);

    /// <summary>Determines whether a call goes to the model that the metadata speak of.</summary>
    public static bool IsDefaultModel(this RerankerMetadata? metadata, RerankOptions? options) =>
        options?.ModelId is not { } model || model == metadata?.DefaultModelId;

    /// <summary>
    /// Gets documents in the order in which they came, none of them scored. Reciprocal ranks fall without end, however many documents
    /// there are.
    /// </summary>
    public static RerankResponse FirstStageOrder(int documents, int? topN) => RerankResponse.Create(
        Enumerable.Range(0, documents).Select(index => new RerankResult(index, 1.0 / (index + 1)) { IsUnscored = true }),
        ScoreScale.Rank,
        topN) with
    {
        Usage = RerankUsage.None,
    };
}
