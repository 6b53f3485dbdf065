namespace Resift;

/// <summary>The texts of one call as they stand in prompts: cut to their limits and escaped.</summary>
internal sealed record LlmRequest(string Query, IReadOnlyList<string> Documents)
{
    /// <summary>Gets the caller's word on what counts as relevant. It is trusted and stands outside the tags.</summary>
    public string? Instruction { get; private init; }

    /// <summary>Gets how many of the best results are wanted; null for all.</summary>
    public int? TopN { get; private init; }

    public IReadOnlyList<TruncatedDocument> TruncatedDocuments { get; private init; } = [];

    public int QueryTokensCut { get; private init; }

    /// <summary>Prepares a call, or refuses it where the policy forbids to cut.</summary>
    public static LlmRequest Create(string query, IReadOnlyList<string> documents, RerankOptions? call, LlmRerankerOptions options)
    {
        bool mayCut = call?.Truncation != TruncationPolicy.Error;
        string queryText = PromptText.Escape(
            new TextLimit(options.MaxCharactersPerQuery, null, options.CountTokens).Cut(query, out int queryTokensCut));
        if (queryTokensCut > 0 && !mayCut)
        {
            throw new ArgumentException(TooLong("The query", queryTokensCut), nameof(query));
        }

        var limit = new TextLimit(options.MaxCharactersPerDocument, call?.MaxTokensPerDocument, options.CountTokens);
        string[] texts = new string[documents.Count];
        var truncated = new List<TruncatedDocument>();
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = PromptText.Escape(limit.Cut(documents[i], out int tokensCut));
            if (tokensCut > 0)
            {
                truncated.Add(mayCut
                    ? new(i, tokensCut)
                    : throw new ArgumentException(TooLong($"Document {i}", tokensCut), nameof(documents)));
            }
        }

        return new(queryText, texts)
        {
            Instruction = call?.Instruction,
            TopN = call?.TopN,
            TruncatedDocuments = truncated,
            QueryTokensCut = queryTokensCut,
        };
    }

    private static string TooLong(string what, int tokensCut) =>
        $"{what} is longer than the prompt takes, by about {tokensCut} tokens, and the truncation policy is Error. Shorten it, raise the " +
        "limit in the reranker's options, or choose the policy Truncate.";
}
