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

    /// <summary>Gets how many candidates the reranker that has the last word read; 0 if none did.</summary>
    public int RerankedCount { get; init; }

    /// <summary>
    /// Gets the tier that gave the order: what was asked for, or less if a reranker failed.
    /// </summary>
    public SearchTier Tier { get; init; }

    /// <summary>
    /// Gets the scale of the hits' scores, of those that the stage with the last word gave; see <see cref="SearchHit.ScoreScale"/>.
    /// </summary>
    public ScoreScale ScoreScale { get; init; }

    /// <summary>Gets the model that reranked; null if none did, or unknown.</summary>
    public string? ModelId { get; init; }

    /// <summary>
    /// Gets how long each stage took, in order: the first stage's own parts, or <c>retrieve</c> if it has none, then <c>light</c>,
    /// <c>rerank</c> and <c>select</c>, if they took place.
    /// </summary>
    public IReadOnlyList<StageTiming> Timings { get; init; } = [];

    /// <summary>
    /// Gets what reranking consumed; null if nothing was reranked, or unknown. Document indices in it are those of the candidates.
    /// </summary>
    public RerankUsage? RerankUsage { get; init; }

    /// <summary>Gets how the language models that reranked came to their answers; null if none did.</summary>
    public LlmRerankReport? LlmReport { get; init; }

    /// <summary>Gets how many tokens of the query were not read, at most: by the embedder or by a reranker. 0 if nobody cut it.</summary>
    public int QueryTokensCut { get; init; }

    /// <summary>Gets what embedding the query consumed; null if nothing was embedded, or unknown.</summary>
    public UsageDetails? EmbeddingUsage { get; init; }

    /// <summary>
    /// Gets a value indicating whether <see cref="SearchOptions.Select"/> cut the answer. It does not where there is none, nothing was
    /// found, or the scores are not those that it is meant for, since a reranker failed or is degraded.
    /// </summary>
    public bool IsSelected { get; init; }

    /// <summary>Gets why the answer is worse than it could be, such as a reranker that failed; null if it is not.</summary>
    public string? DegradedReason { get; init; }

    /// <summary>Gets a value indicating whether the answer is worse than it could be.</summary>
    public bool IsDegraded => DegradedReason is not null;
}

/// <summary>A document that a search found, with the passage that answers best.</summary>
/// <param name="Document">The passage, or the document itself where it is not cut into passages.</param>
/// <param name="Score">The score that <see cref="ScoredBy"/> gave it, on <see cref="ScoreScale"/>.</param>
public sealed record SearchHit(SearchDocument Document, double Score)
{
    /// <summary>Gets the place of its document among the hits; the best is 1.</summary>
    public int Rank { get; init; }

    /// <summary>
    /// Gets what the score means. It is the response's scale unless the stage that has the last word did not read the hit.
    /// </summary>
    public ScoreScale ScoreScale { get; init; }

    /// <summary>
    /// Gets the stage whose score it has: <see cref="SearchStages.Rerank"/>, or, for a hit that the reranker did not read,
    /// <see cref="SearchStages.Light"/> or the name of the retriever.
    /// </summary>
    public string ScoredBy { get; init; } = "";

    /// <summary>
    /// Gets its rank and score in every stage, in order: those of the first stage, then <c>light</c>, <c>rerank</c>, and <c>mixed</c> if
    /// the final order mixes both. Ranks are those of passages.
    /// </summary>
    public IReadOnlyList<StageScore> Stages { get; init; } = [];

    /// <summary>Gets the other passages of the same document that were found and kept, best first. They have none of their own.</summary>
    public IReadOnlyList<SearchHit> OtherPassages { get; init; } = [];

    /// <summary>Gets the id of the whole document.</summary>
    public string Id => Document.DocumentId;

    /// <summary>Gets the text of the passage.</summary>
    public string Text => Document.Text;

    /// <summary>
    /// Creates hits of passages, best first: a document is as good as its best passage (MaxP; Dai and Callan, 2019, "Deeper Text
    /// Understanding for IR with Contextual Neural Language Modeling").
    /// </summary>
    internal static IReadOnlyList<SearchHit> From(IEnumerable<SearchHit> passages, SearchOptions options)
    {
        if (!options.GroupByDocument)
        {
            return [.. passages.Take(options.TopN).Select((passage, place) => passage with { Rank = place + 1 })];
        }

        var documents = passages.GroupBy(passage => passage.Id, StringComparer.Ordinal).Take(options.TopN);
        return
        [
            .. documents.Select((document, place) => document.First() with
            {
                Rank = place + 1,
                OtherPassages = [.. document.Skip(1).Select(passage => passage with { Rank = place + 1 })],
            }),
        ];
    }
}
