namespace Resift;

/// <summary>Takes the answer to a call apart, so that what it says of each document can be kept by itself.</summary>
internal static class DocumentAnswers
{
    /// <summary>Gets for each document an answer about it alone, with the index 0, and the stages of it.</summary>
    /// <param name="response">A response of a pointwise reranker.</param>
    /// <param name="count">How many documents it is about.</param>
    public static RerankResponse[] Split(RerankResponse response, int count)
    {
        var results = response.Results.ToDictionary(result => result.Index);
        var cuts = (response.Usage?.TruncatedDocuments ?? []).ToDictionary(document => document.Index);
        RerankResponse[][] stages = [.. response.Stages.Select(stage => Split(stage, count))];
        var answers = new RerankResponse[count];
        for (int i = 0; i < count; i++)
        {
            RerankResult[] own = results.TryGetValue(i, out var result) ? [result with { Index = 0 }] : [];
            answers[i] = RerankResponse.Create(own, response.ScoreScale, topN: null) with
            {
                ModelId = response.ModelId,
                DegradedReason = response.DegradedReason,
                Usage = RerankUsage.None with
                {
                    QueryTokensCut = response.Usage?.QueryTokensCut ?? 0,
                    TruncatedDocuments = cuts.TryGetValue(i, out var cut) ? [cut with { Index = 0 }] : [],
                },
                Stages = [.. stages.Select(stage => stage[i])],
            };
        }

        return answers;
    }
}
