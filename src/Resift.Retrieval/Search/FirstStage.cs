namespace Resift.Retrieval;

/// <summary>What the first stage found, as the later stages take it: its candidates, and one score of one kind for each.</summary>
internal sealed class FirstStage
{
    private readonly string _retriever;

    public FirstStage(RetrievalResponse found, string retriever, SearchOptions options)
    {
        _retriever = retriever;
        Found = found with { Candidates = Limited(found.Candidates, options) };
        double lowest = Candidates.Select(candidate => candidate.Score).Where(double.IsFinite).DefaultIfEmpty(0).Min();
        Scores = [.. Candidates.Select(candidate => double.IsNaN(candidate.Score) ? lowest : candidate.Score)];
        Prior = [.. Candidates.Select(candidate => options.Prior?.Invoke(candidate.Document) ?? 0)];
        HasPrior = Array.Exists(Prior, value => value != 0);
    }

    public RetrievalResponse Found { get; }

    /// <summary>Gets the candidates, best first.</summary>
    public IReadOnlyList<Candidate> Candidates => Found.Candidates;

    /// <summary>Gets the candidates' own scores; one that has no number has the lowest known.</summary>
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

        double[] own = ZScores.Normalize(Scores);
        return [.. order.OrderByDescending(index => own[index] + Prior[index])];
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
}
