using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>The answer of a search.</summary>
/// <param name="Hits">
/// What was found, best first. Where <see cref="SearchOptions.FirstStageWeight"/> mixes the order, their scores need not fall.
/// </param>
public sealed record SearchResponse(IReadOnlyList<SearchHit> Hits)
{
    /// <summary>Gets how many candidates the first stage found.</summary>
    public int CandidateCount { get; init; }

    /// <summary>Gets the tier that gave the order; <see cref="SearchTier.Embedding"/> if reranking was asked for and failed.</summary>
    public SearchTier Tier { get; init; }

    /// <summary>Gets the scale of the hits' scores.</summary>
    public ScoreScale ScoreScale { get; init; }

    /// <summary>Gets the model that reranked; null if none did, or unknown.</summary>
    public string? ModelId { get; init; }

    /// <summary>
    /// Gets how long each stage took, in order: the first stage's own parts, or <c>retrieve</c> if it has none, then <c>rerank</c> and
    /// <c>select</c>, if they took place.
    /// </summary>
    public IReadOnlyList<StageTiming> Timings { get; init; } = [];

    /// <summary>
    /// Gets what reranking consumed; null if nothing was reranked, or unknown. Document indices in it are those of the candidates.
    /// </summary>
    public RerankUsage? RerankUsage { get; init; }

    /// <summary>Gets what embedding the query consumed; null if nothing was embedded, or unknown.</summary>
    public UsageDetails? EmbeddingUsage { get; init; }

    /// <summary>Gets why the answer is worse than it could be, such as a reranker that failed; null if it is not.</summary>
    public string? DegradedReason { get; init; }

    /// <summary>Gets a value indicating whether the answer is worse than it could be.</summary>
    public bool IsDegraded => DegradedReason is not null;
}

/// <summary>A document that a search found, with the passage that answers best.</summary>
/// <param name="Document">The passage, or the document itself where it is not cut into passages.</param>
/// <param name="Score">The reranker's score of it, or the first stage's if nothing was reranked, on the response's scale.</param>
public sealed record SearchHit(SearchDocument Document, double Score)
{
    /// <summary>Gets the place of its document among the hits; the best is 1.</summary>
    public int Rank { get; init; }

    /// <summary>
    /// Gets its rank and score in every stage, in order: those of the first stage, then <c>rerank</c>, then <c>mixed</c> if the final order
    /// mixes both. Ranks are those of passages.
    /// </summary>
    public IReadOnlyList<StageScore> Stages { get; init; } = [];

    /// <summary>Gets the other passages of the same document that were found and kept, best first. They have none of their own.</summary>
    public IReadOnlyList<SearchHit> OtherPassages { get; init; } = [];

    /// <summary>Gets the id of the whole document.</summary>
    public string Id => Document.DocumentId;

    /// <summary>Gets the text of the passage.</summary>
    public string Text => Document.Text;
}
