namespace Resift;

/// <summary>Says which of some candidate documents answer a query, in what order, and how sure it is.</summary>
/// <remarks>
/// All members are safe for concurrent use unless an implementation says otherwise. Whoever creates a reranker disposes it;
/// disposing while calls are under way ends those calls with an <see cref="ObjectDisposedException"/> or with their result.
/// </remarks>
public interface IReranker : IDisposable
{
    /// <summary>Scores every document against the query.</summary>
    /// <param name="query">What is asked. Neither null, empty nor white space.</param>
    /// <param name="documents">
    /// The candidates in first-stage order. None may be null; empty ones and duplicates are allowed and keep their index.
    /// </param>
    /// <param name="options">What this call wants; null for the reranker's own defaults. Never modified.</param>
    /// <param name="cancellationToken">Stops work that has not begun.</param>
    /// <returns>The response, best first; an empty one for no documents.</returns>
    /// <exception cref="ArgumentException">The query is blank, or a document is null (the message names its index).</exception>
    /// <exception cref="RerankerException">The model or provider answered nonsense.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The reranker was disposed.</exception>
    Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Asks for a service of this reranker or of one inside it, such as its <see cref="RerankerMetadata"/>.</summary>
    /// <param name="serviceType">The type that is asked for.</param>
    /// <param name="serviceKey">A key that tells services of one type apart; null for the unkeyed one.</param>
    /// <returns>The service, or null if there is none. It belongs to the reranker: the caller does not dispose it.</returns>
    object? GetService(Type serviceType, object? serviceKey = null);
}
