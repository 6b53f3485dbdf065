namespace Resift.Retrieval;

/// <summary>A first stage: finds, fast and approximately, the documents that may answer a query.</summary>
/// <remarks>All members are safe for concurrent use unless an implementation says otherwise.</remarks>
public interface IRetriever
{
    /// <summary>
    /// Gets the name by which its candidates, scores and timings are told apart from those of others, such as <c>bm25</c>.
    /// </summary>
    string Name { get; }

    /// <summary>Finds candidates.</summary>
    /// <param name="query">What is asked. Neither null, empty nor white space; any characters are allowed.</param>
    /// <param name="options">What this call wants; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>
    /// The candidates, best first, equal scores in the order of the index; fewer than asked for, or none, if no more fit.
    /// </returns>
    /// <exception cref="ArgumentException">The query is blank.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default);
}
