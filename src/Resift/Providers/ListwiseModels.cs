namespace Resift;

/// <summary>Models that read all documents of a request together, whoever serves them: a score then depends on its company.</summary>
internal static class ListwiseModels
{
    // jina-reranker-v3 reads up to 64 documents in one window of 131,072 tokens and compares them in it (its paper, arXiv 2509.25085). Its
    // scores are cosines of what it makes of them there; they can be negative.
    private const string Name = "jina-reranker-v3";
    private const int Window = 64;
    private const int WindowTokens = 131_072;

    public static bool Includes(string? model) => model?.Contains(Name, StringComparison.OrdinalIgnoreCase) == true;

    public static ModelFacts Restrict(ModelFacts facts) => facts with
    {
        IsPointwise = false,
        ScoreScale = ScoreScale.Unspecified,
        MaxDocumentsPerRequest = Math.Min(Window, facts.MaxDocumentsPerRequest),
        MaxRequestBytes = Math.Min(WindowTokens * TokenSize.Bytes, facts.MaxRequestBytes),
        MaxTokensPerPair = null,
    };
}
