using System.Runtime.CompilerServices;

namespace Resift;

/// <summary>What every reranker can do, built on <see cref="IReranker"/> alone.</summary>
public static class RerankerExtensions
{
    /// <summary>Asks for a service of this reranker or of one inside it.</summary>
    /// <typeparam name="TService">The type that is asked for.</typeparam>
    /// <param name="reranker">The reranker.</param>
    /// <param name="serviceKey">A key that tells services of one type apart; null for the unkeyed one.</param>
    /// <returns>The service, or the default of its type if there is none.</returns>
    public static TService? GetService<TService>(this IReranker reranker, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        return reranker.GetService(typeof(TService), serviceKey) is TService service ? service : default;
    }

    /// <summary>Reranks any items by their texts and gives the items back, ranked.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="reranker">The reranker.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="items">The candidates in first-stage order. The same item may occur more than once.</param>
    /// <param name="textSelector">Gives the text of an item that the reranker reads; called once per item, in order.</param>
    /// <param name="options">What this call wants; null for the reranker's own defaults.</param>
    /// <param name="cancellationToken">Stops work that has not begun.</param>
    /// <returns>The items, most relevant first, with the underlying response.</returns>
    /// <exception cref="ArgumentException">The selector gave null; the message names the item's index.</exception>
    public static async Task<RerankResponse<T>> RerankAsync<T>(
        this IReranker reranker,
        string query,
        IReadOnlyList<T> items,
        Func<T, string> textSelector,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(textSelector);
        var texts = new string[items.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = textSelector(items[i]) ??
                throw new ArgumentException(
                    $"The text selector gave null for item {i}; every item needs a text, which may be empty.",
                    nameof(textSelector));
        }

        var response = await reranker.RerankAsync(query, texts, options, cancellationToken).ConfigureAwait(false);
        return new(items, response);
    }

    /// <summary>Answers many requests, in order, several at a time.</summary>
    /// <param name="reranker">The reranker.</param>
    /// <param name="requests">The requests; read one by one and at most <paramref name="maxConcurrency"/> ahead of the answers.</param>
    /// <param name="options">What every call wants; null for the reranker's own defaults.</param>
    /// <param name="maxConcurrency">
    /// How many requests are under way at once; at least 1. A local model merges their pairs into common batches.
    /// </param>
    /// <param name="cancellationToken">Stops work that has not begun.</param>
    /// <returns>One response per request, in the order of the requests.</returns>
    /// <remarks>The first failure ends the sequence with its exception; requests under way are cancelled and awaited.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    public static IAsyncEnumerable<RerankResponse> RerankBatchAsync(
        this IReranker reranker,
        IEnumerable<RerankRequest> requests,
        RerankOptions? options = null,
        int maxConcurrency = 4,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        return Answers(reranker, requests, options, maxConcurrency, cancellationToken);
    }

    private static async IAsyncEnumerable<RerankResponse> Answers(
        IReranker reranker,
        IEnumerable<RerankRequest> requests,
        RerankOptions? options,
        int maxConcurrency,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underWay = new Queue<Task<RerankResponse>>(maxConcurrency);
        try
        {
            foreach (var request in requests)
            {
                underWay.Enqueue(reranker.RerankAsync(request.Query, request.Documents, options, stop.Token));
                if (underWay.Count == maxConcurrency)
                {
                    yield return await underWay.Dequeue().ConfigureAwait(false);
                }
            }

            while (underWay.TryDequeue(out var next))
            {
                yield return await next.ConfigureAwait(false);
            }
        }
        finally
        {
            // The reader stopped early or a request failed: nothing may go on running behind the caller's back.
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (Task abandoned in underWay)
            {
                await abandoned.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
