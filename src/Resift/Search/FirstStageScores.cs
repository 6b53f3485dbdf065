using System.Numerics.Tensors;

namespace Resift.Retrieval;

/// <summary>One score of the first stage for each candidate, all of one kind.</summary>
internal static class FirstStageScores
{
    /// <summary>
    /// Gives the cosine between the query's embedding and each candidate's, where embeddings are at hand, and the candidates' own scores
    /// otherwise. A candidate without an embedding, or without a number for a score, gets the lowest score known.
    /// </summary>
    /// <exception cref="InvalidOperationException">An embedding has another dimension than the query's.</exception>
    public static double[] Of(RetrievalResponse found)
    {
        bool embedded = !found.QueryEmbedding.IsEmpty && found.Candidates.Any(candidate => !candidate.Embedding.IsEmpty);
        double[] scores = [.. found.Candidates.Select(candidate => embedded ? Cosine(found.QueryEmbedding, candidate) : candidate.Score)];
        double lowest = scores.Where(score => !double.IsNaN(score)).DefaultIfEmpty(0).Min();
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = double.IsNaN(scores[i]) ? lowest : scores[i];
        }

        return scores;
    }

    private static double Cosine(ReadOnlyMemory<float> query, Candidate candidate)
    {
        if (candidate.Embedding.IsEmpty)
        {
            return double.NaN;
        }

        if (candidate.Embedding.Length != query.Length)
        {
            throw new InvalidOperationException($"The embedding of '{candidate.Id}' has {candidate.Embedding.Length} dimensions, the " +
                $"query's has {query.Length}; both must come from one model. Embed the index again with the model that embeds queries.");
        }

        return TensorPrimitives.CosineSimilarity(query.Span, candidate.Embedding.Span);
    }
}
