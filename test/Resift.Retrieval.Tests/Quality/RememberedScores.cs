namespace Resift.Retrieval.Tests.Quality;

/// <summary>
/// A pointwise reranker that scores each pair once however often it is asked, so that several ways to use it can be compared. Its usage
/// is that of scoring anew.
/// </summary>
/// <param name="inner">The reranker.</param>
/// <param name="tokensOfPair">Counts the tokens of a query, a document and special ones, if at most so many of the document are
/// read.</param>
internal sealed class RememberedScores(IReranker inner, Func<string, string, int?, int> tokensOfPair) : DelegatingReranker(inner)
{
    private readonly Dictionary<(string Query, string Text, int? MaxTokens), (double Score, int TokensCut)> _pairs = [];

    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        int? maxTokens = options?.MaxTokensPerDocument;
        string[] missing = [.. documents.Where(text => !_pairs.ContainsKey((query, text, maxTokens))).Distinct()];
        if (missing.Length > 0)
        {
            var response = await base.RerankAsync(query, missing, options, cancellationToken);
            var cut = response.Usage!.TruncatedDocuments.ToDictionary(document => document.Index, document => document.TokensCut);
            foreach (var (index, score) in response.Results)
            {
                _pairs[(query, missing[index], maxTokens)] = (score, cut.GetValueOrDefault(index));
            }
        }

        (double Score, int TokensCut)[] pairs = [.. documents.Select(text => _pairs[(query, text, maxTokens)])];
        var scale = this.GetService<RerankerMetadata>()!.ScoreScale;
        return RerankResponse.Create([.. pairs.Select(pair => pair.Score)], scale, options?.TopN) with
        {
            Usage = new()
            {
                Pairs = pairs.Length,
                InputTokens = documents.Sum(text => (long)tokensOfPair(query, text, maxTokens)),
                TruncatedDocuments =
                [
                    .. pairs.Select((pair, index) => new TruncatedDocument(index, pair.TokensCut))
                        .Where(document => document.TokensCut > 0),
                ],
            },
        };
    }
}
