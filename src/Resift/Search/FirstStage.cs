namespace Resift.Retrieval;

/// <summary>The first stage's answer, as a result of its own and as a part of the later stages' results.</summary>
/// <param name="Found">What the retriever found.</param>
/// <param name="RetrieverName">The retriever's name.</param>
internal sealed record FirstStage(RetrievalResponse Found, string RetrieverName)
{
    /// <summary>Gets the candidates, best first.</summary>
    public IReadOnlyList<Candidate> Candidates => Found.Candidates;

    /// <summary>Gets the scale that all candidates' scores are on; unspecified if they differ.</summary>
    public ScoreScale ScoreScale =>
        Candidates.Select(candidate => candidate.ScoreScale).Distinct().ToArray() is [var scale] ? scale : ScoreScale.Unspecified;

    /// <summary>
    /// Keeps the best candidates, by the cosine of their embeddings where those are at hand and in the order of the list otherwise.
    /// </summary>
    public FirstStage Best(int count)
    {
        double[] scores = FirstStageScores.Of(Found);
        var best = Candidates.Select((candidate, index) => candidate with { Stages = StagesOf(index) }).Zip(scores)
            .OrderByDescending(pair => pair.Second)
            .Take(count)
            .Select(pair => pair.First);
        return this with { Found = Found with { Candidates = [.. best] } };
    }

    /// <summary>Gives every candidate as a passage, in the first stage's order and with its scores.</summary>
    public IEnumerable<SearchHit> Passages() =>
        Candidates.Select((candidate, index) => new SearchHit(candidate.Document, candidate.Score) { Stages = StagesOf(index) });

    /// <summary>Gives a candidate's places so far.</summary>
    public IReadOnlyList<StageScore> StagesOf(int index) => Candidates[index].StagesIn(RetrieverName, index);
}
