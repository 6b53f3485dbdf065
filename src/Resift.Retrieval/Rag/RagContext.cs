namespace Resift.Retrieval;

/// <summary>The passages that a question is answered from: found, cut by relevance, and packed under the token budget.</summary>
/// <param name="Search">The search that found them.</param>
/// <param name="Passages">Those that fit, most relevant first.</param>
/// <param name="LeftOut">Those that did not fit.</param>
/// <param name="Tokens">The tokens of those that fit.</param>
internal sealed record RagContext(
    SearchResponse Search, IReadOnlyList<RagPassage> Passages, IReadOnlyList<RagPassage> LeftOut, int Tokens)
{
    public static async Task<RagContext> FindAsync(
        TwoStageRetriever search, string question, RagOptions options, CancellationToken cancellationToken)
    {
        var passages = WithThreshold(options);
        passages.GroupByDocument = false;
        var response = await search.SearchAsync(question, passages, cancellationToken).ConfigureAwait(false);
        return Pack(response, options);
    }

    /// <summary>Gets the passages as they shall stand in the prompt.</summary>
    public IReadOnlyList<RagPassage> InPromptOrder(RagOptions options) => options.BestAtBothEnds ? Passages.BestAtBothEnds() : Passages;

    /// <summary>Gets how many tokens a text has.</summary>
    public static int Count(string text, RagOptions options) => options.CountTokens is { } count ? count(text) : TokenEstimate.Count(text);

    private static SearchOptions WithThreshold(RagOptions options)
    {
        var search = options.Search.Clone();
        if (options.MinScore is { } minScore)
        {
            var select = search.Select;
            search.Select = (response, candidates) =>
            {
                ThrowIfOnOtherScale(response, minScore, options.MinScoreScale);
                var relevant = response.AtLeast(minScore, options.MinScoreScale);
                return select is null ? relevant : select(relevant, candidates);
            };
        }

        return search;
    }

    private static void ThrowIfOnOtherScale(RerankResponse response, double minScore, ScoreScale scale)
    {
        if (!scale.CanConvertTo(response.ScoreScale))
        {
            throw new NotSupportedException($"RagOptions.MinScore is {minScore} on the scale '{scale}', but the reranker's scores are on " +
                $"the scale '{response.ScoreScale}', and no formula leads from one to the other. Set MinScore and MinScoreScale for this " +
                "reranker, or MinScore to null for no threshold.");
        }
    }

    private static RagContext Pack(SearchResponse response, RagOptions options)
    {
        List<RagPassage> passages = [];
        List<RagPassage> leftOut = [];
        int tokens = 0;
        foreach (var hit in response.Hits)
        {
            var passage = new RagPassage(passages.Count + 1, hit);
            int more = Count(passage.Text, options) + Count(passage.Title ?? "", options);
            if (more <= options.MaxContextTokens - tokens)
            {
                tokens += more;
                passages.Add(passage);
            }
            else
            {
                leftOut.Add(passage with { Number = 0 });
            }
        }

        return new(response, passages, leftOut, tokens);
    }
}
