namespace Resift;

/// <summary>Facts about a reranker, from <see cref="IReranker.GetService"/>.</summary>
/// <param name="ProviderName">Who scores, in lower case, such as <c>resift.local</c> or <c>cohere</c>.</param>
public sealed record RerankerMetadata(string ProviderName)
{
    /// <summary>Gets the address of a remote provider; null for a local one.</summary>
    public Uri? ProviderUri { get; init; }

    /// <summary>Gets the model that scores when the options name none; null if unknown.</summary>
    public string? DefaultModelId { get; init; }

    /// <summary>Gets the scale of the scores.</summary>
    public ScoreScale ScoreScale { get; init; }

    /// <summary>
    /// Gets a value indicating whether each document is scored on its own, so that its score depends on nothing but the query and the
    /// document. Only then may scores be cached by document or merged from several calls.
    /// </summary>
    public bool IsPointwise { get; init; }

    /// <summary>Gets how many documents one call may have; null for no limit.</summary>
    public int? MaxDocuments { get; init; }

    /// <summary>
    /// Gets how many documents go to a provider in one request; null if it does not come in requests. A longer call is split into several
    /// requests by the reranker itself, so this limits nothing but their size.
    /// </summary>
    public int? MaxDocumentsPerRequest { get; init; }

    /// <summary>Gets how many tokens the model reads of one query and document together, special tokens counted; null if unknown.</summary>
    public int? MaxTokensPerPair { get; init; }

    /// <summary>
    /// Gets how many of the <see cref="MaxTokensPerPair"/> are special tokens that stand around query and document; null if unknown.
    /// </summary>
    public int? SpecialTokensPerPair { get; init; }
}
