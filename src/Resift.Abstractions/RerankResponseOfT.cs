namespace Resift;

/// <summary>The caller's own items in order of relevance, with the response that ranked them.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed record RerankResponse<T>
{
    /// <summary>Pairs a response with the items that it ranked.</summary>
    /// <param name="items">The items, in the order in which their texts were given to the reranker.</param>
    /// <param name="response">The reranker's response.</param>
    /// <exception cref="RerankerException">The response has an index that is not in <paramref name="items"/>.</exception>
    public RerankResponse(IReadOnlyList<T> items, RerankResponse response)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(response);
        Response = response;
        Results = [.. response.Results.Select(result => result.Index < items.Count
            ? new RerankResult<T>(items[result.Index], result.Index, result.Score)
            {
                Window = result.Window,
                IsUnscored = result.IsUnscored,
            }
            : throw new RerankerException($"The response ranks document {result.Index}, but there were only {items.Count} items."))];
    }

    /// <summary>Gets the items with their scores, most relevant first.</summary>
    public IReadOnlyList<RerankResult<T>> Results { get; }

    /// <summary>Gets the underlying response: scale, model, usage, truncation, degradation.</summary>
    public RerankResponse Response { get; }
}
