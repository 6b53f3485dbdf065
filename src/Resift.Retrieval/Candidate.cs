namespace Resift.Retrieval;

/// <summary>What a retriever found: a document or passage with its score.</summary>
/// <param name="Document">What was found.</param>
/// <param name="Score">How well it fits the query, on <see cref="ScoreScale"/>; higher is better.</param>
public sealed record Candidate(SearchDocument Document, double Score)
{
    /// <summary>
    /// Gets what the score means. BM25 scores are <see cref="ScoreScale.Unspecified"/>, fused ones <see cref="ScoreScale.Rank"/>.
    /// </summary>
    public ScoreScale ScoreScale { get; init; }

    /// <summary>Gets the name of the retriever that found it.</summary>
    public string Source { get; init; } = "";

    /// <summary>Gets the embedding of its text, where the retriever has it at hand; empty where not.</summary>
    public ReadOnlyMemory<float> Embedding { get; init; }

    /// <summary>Gets its rank and score in every list that it was in so far, in the order in which they were made.</summary>
    public IReadOnlyList<StageScore> Stages { get; init; } = [];

    /// <summary>Gets the document's id.</summary>
    public string Id => Document.Id;

    /// <summary>Gets the document's text.</summary>
    public string Text => Document.Text;

    /// <summary>Gets its places so far. A retriever that notes none has the one of its own list.</summary>
    internal IReadOnlyList<StageScore> StagesIn(string retriever, int index) =>
        Stages is [] ? [new(retriever, index + 1, Score, ScoreScale)] : Stages;
}

/// <summary>Where one stage of a search put a document.</summary>
/// <param name="Stage">The name of the stage, such as <c>bm25</c>, <c>dense</c>, <c>fused</c> or <c>rerank</c>.</param>
/// <param name="Rank">Its place in that stage's list; the best is 1.</param>
/// <param name="Score">Its score there.</param>
/// <param name="ScoreScale">What the score means.</param>
public sealed record StageScore(string Stage, int Rank, double Score, ScoreScale ScoreScale);

/// <summary>How long one stage of a search took.</summary>
/// <param name="Stage">The name of the stage.</param>
/// <param name="Elapsed">The time from its beginning to its end.</param>
public sealed record StageTiming(string Stage, TimeSpan Elapsed);
