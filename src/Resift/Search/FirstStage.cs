using System.Numerics.Tensors;

namespace Resift.Retrieval;

/// <summary>What the first stage found, as the later stages take it: its candidates, and one score of one kind for each.</summary>
internal sealed class FirstStage
{
    private readonly string _retriever;

    public FirstStage(RetrievalResponse found, string retriever, SearchOptions options)
    {
        _retriever = retriever;
        Found = found with { Candidates = Limited(found.Candidates, options) };
        Scores = ScoresOf(Found);
        Prior = [.. Candidates.Select(candidate => options.Prior?.Invoke(candidate.Document) ?? 0)];
        HasPrior = Array.Exists(Prior, value => value != 0);
    }

    public RetrievalResponse Found { get; }

    /// <summary>Gets the candidates, best first.</summary>
    public IReadOnlyList<Candidate> Candidates => Found.Candidates;

    /// <summary>
    /// Gets the cosine between the query's embedding and each candidate's, where embeddings are at hand, and the candidates' own scores
    /// otherwise. A candidate without an embedding, or without a number for a score, has the lowest score known.
    /// </summary>
    public IReadOnlyList<double> Scores { get; }

    /// <summary>Gets what is added to each candidate's place in the order.</summary>
    public double[] Prior { get; }

    public bool HasPrior { get; }

    /// <summary>Gets the scale that all candidates' scores are on; unspecified if they differ.</summary>
    public ScoreScale ScoreScale =>
        Candidates.Select(candidate => candidate.ScoreScale).Distinct().ToArray() is [var scale] ? scale : ScoreScale.Unspecified;

    /// <summary>How many candidates a retriever is asked for, so that enough are left where those of one document are limited.</summary>
    public static int Wanted(SearchOptions options) => options.CandidatesPerDocument is null
        ? options.Candidates
        : (int)Math.Min(int.MaxValue, (long)options.Candidates * SpareForLimit);

    private const int SpareForLimit = 4;

    /// <summary>Gets the candidates' places in the list, best first.</summary>
    public int[] Order()
    {
        int[] order = [.. Enumerable.Range(0, Candidates.Count)];
        if (!HasPrior)
        {
            return order;
        }

        double[] own = ZScores.Of([.. Candidates.Select(candidate => double.IsFinite(candidate.Score) ? candidate.Score : Lowest())]);
        return [.. order.OrderByDescending(index => own[index] + Prior[index])];

        double Lowest() => Candidates.Select(candidate => candidate.Score).Where(double.IsFinite).DefaultIfEmpty(0).Min();
    }

    /// <summary>Gets a candidate's place and score in the list, with those of the lists that it was made of.</summary>
    public IReadOnlyList<StageScore> StagesOf(int index) => Candidates[index].StagesIn(_retriever, index);

    private static IReadOnlyList<Candidate> Limited(IReadOnlyList<Candidate> found, SearchOptions options)
    {
        if (options.CandidatesPerDocument is not { } limit)
        {
            return found;
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. found.Where(candidate => (counts[candidate.Document.DocumentId] =
            counts.GetValueOrDefault(candidate.Document.DocumentId) + 1) <= limit).Take(options.Candidates)];
    }

    private static double[] ScoresOf(RetrievalResponse found)
    {
        bool embedded = !found.QueryEmbedding.IsEmpty && found.Candidates.Any(candidate => !candidate.Embedding.IsEmpty);
        double[] scores = [.. found.Candidates.Select(candidate => embedded ? Cosine(found.QueryEmbedding, candidate) : candidate.Score)];
        double lowest = scores.Where(score => !double.IsNaN(score)).DefaultIfEmpty(0).Min();
        return [.. scores.Select(score => double.IsNaN(score) ? lowest : score)];
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
