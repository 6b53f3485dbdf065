using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Mcp;

/// <summary>What agents are offered. A tool whose part is missing is not offered.</summary>
/// <remarks>
/// Set up before the server starts, and read by it from then on; not safe for concurrent modification. It disposes nothing.
/// </remarks>
public sealed class ResiftMcpOptions
{
    /// <summary>Gets or sets the search behind the tool <c>search</c>; null for no such tool.</summary>
    public TwoStageRetriever? Search { get; set; }

    /// <summary>
    /// Gets or sets how a query is searched for; null for the defaults. Filters of a call are added to it, its
    /// <see cref="SearchOptions.TopN"/> is replaced if the call says how many it wants, and passages are not grouped.
    /// </summary>
    public Func<string, SearchOptions>? SearchOptions { get; set; }

    /// <summary>Gets or sets the reranker behind the tool <c>rerank</c>; null for no such tool.</summary>
    public IReranker? Reranker { get; set; }

    /// <summary>
    /// Gets or sets the collection whose documents the tool <c>get_document</c> and the resources give; null for neither.
    /// </summary>
    public SqliteCollection? Documents { get; set; }

    /// <summary>
    /// Gets or sets what the documents are about, in a sentence; it becomes a part of what an agent reads of the tool <c>search</c>. Null
    /// to say nothing.
    /// </summary>
    public string? About { get; set; }

    /// <summary>
    /// Gets or sets how many tokens the texts of one result have at most, estimated at four bytes each; 4,000 unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 100.</exception>
    public int MaxTokens
    {
        get;
        set => field = value >= 100
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxTokens must be at least 100.");
    } = 4_000;

    /// <summary>Gets or sets how many documents one call of <c>rerank</c> may have; 200 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxDocuments
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxDocuments must be at least 1.");
    } = 200;
}
