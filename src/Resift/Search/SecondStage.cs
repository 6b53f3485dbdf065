namespace Resift.Retrieval;

/// <summary>Makes an order of passages from the reranker's response: selects, and mixes with the first stage.</summary>
internal static class SecondStage
{
    /// <summary>Gives the passages that stay, best first, with the scores of the response that was kept.</summary>
    /// <param name="firstStage">What was reranked.</param>
    /// <param name="reranked">The reranker's whole response.</param>
    /// <param name="kept">The part of it that stays.</param>
    /// <param name="weight">The share of the first stage in the order, in [0, 1].</param>
    public static IEnumerable<SearchHit> Passages(FirstStage firstStage, RerankResponse reranked, RerankResponse kept, double weight)
    {
        var places = Places(reranked, StageNames.Rerank);
        if (weight == 0)
        {
            return kept.Results.Select(result => Passage(result, [places[result.Index]]));
        }

        // Mixed over everything that was reranked, so that what the cut leaves out does not change the order of the rest.
        var mixed = Interpolation.Mix(reranked, FirstStageScores.Of(firstStage.Found), weight);
        var mixedPlaces = Places(mixed, StageNames.Mixed);
        var keptScores = kept.Results.ToDictionary(result => result.Index);
        return mixed.Results
            .Where(result => keptScores.ContainsKey(result.Index))
            .Select(result => Passage(keptScores[result.Index], [places[result.Index], mixedPlaces[result.Index]]));

        SearchHit Passage(RerankResult result, StageScore[] stages) => new(firstStage.Candidates[result.Index].Document, result.Score)
        {
            Stages = [.. firstStage.StagesOf(result.Index), .. stages],
        };
    }

    /// <summary>Lets the caller cut the response.</summary>
    /// <exception cref="InvalidOperationException">The cut gave back something that is no part of the response.</exception>
    public static RerankResponse Select(SearchOptions options, RerankResponse reranked, IReadOnlyList<Candidate> candidates)
    {
        if (options.Select is not { } select)
        {
            return reranked;
        }

        var kept = select(reranked, candidates) ?? throw new InvalidOperationException(
            "SearchOptions.Select gave null; the part of the response that stays was expected. Give back the response itself to keep " +
            "everything.");
        var known = reranked.Results.Select(result => result.Index).ToHashSet();
        foreach (var (index, _) in kept.Results)
        {
            if (!known.Contains(index))
            {
                throw new InvalidOperationException($"SearchOptions.Select gave back a result with the index {index}, which is none of " +
                    $"the {known.Count} results that it got. Keep results with RerankResponse.Where, which leaves their indices as they are.");
            }
        }

        return kept;
    }

    private static Dictionary<int, StageScore> Places(RerankResponse response, string stage) => response.Results
        .Select((result, place) => (result.Index, Stage: new StageScore(stage, place + 1, result.Score, response.ScoreScale)))
        .ToDictionary(item => item.Index, item => item.Stage);
}
