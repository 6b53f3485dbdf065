using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>The answer of a retriever.</summary>
/// <param name="Candidates">What was found, best first.</param>
public sealed record RetrievalResponse(IReadOnlyList<Candidate> Candidates)
{
    /// <summary>Gets the embedding of the query, where there is one; it and the candidates' embeddings come from one model.</summary>
    public ReadOnlyMemory<float> QueryEmbedding { get; init; }

    /// <summary>Gets how long each part took; empty for a retriever that has no parts.</summary>
    public IReadOnlyList<StageTiming> Timings { get; init; } = [];

    /// <summary>Gets what embedding the query consumed; null if nothing was, or unknown.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>Gets how many tokens of the query the embedder did not read; 0 if it read all, or does not tell.</summary>
    public int QueryTokensCut { get; init; }

    /// <summary>Gets why the answer is worse than it could be, such as one of several retrievers that failed; null if it is not.</summary>
    public string? DegradedReason { get; init; }
}
