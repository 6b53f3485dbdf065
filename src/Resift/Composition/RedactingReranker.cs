namespace Resift;

/// <summary>Changes every text before it goes further inward, such as to take out what must not leave the machine.</summary>
/// <remarks>
/// What lies outside of it sees the original texts: put logging of content and caches by content inside, unless they may keep the
/// originals. Scores are those of the changed texts, and a window
/// (<see cref="RerankResult.Window"/>) is known only of documents that stayed as they were. Safe for concurrent use if the function is.
/// </remarks>
public sealed class RedactingReranker : DelegatingReranker
{
    private readonly Func<string, string> _redact;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the changed texts; owned from now on.</param>
    /// <param name="redact">Gives the text to send instead; called for the query and for each document.</param>
    public RedactingReranker(IReranker innerReranker, Func<string, string> redact)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(redact);
        _redact = redact;
    }

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The function gave null, or left nothing of the query.</exception>
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        string redactedQuery = Redact(query, "the query");
        if (string.IsNullOrWhiteSpace(redactedQuery))
        {
            throw new InvalidOperationException("The redaction left nothing of the query, and nothing can be ranked by it. Replace what " +
                "must not leave by a placeholder such as [name] instead of deleting it.");
        }

        string[] redacted = [.. documents.Select((document, index) => Redact(document, $"document {index}"))];
        var response = await base.RerankAsync(redactedQuery, redacted, options, cancellationToken).ConfigureAwait(false);
        return response.MapWindows((index, window) => redacted[index] == documents[index] ? window : null);
    }

    /// <inheritdoc />
    /// <remarks>
    /// No <see cref="ModelFingerprint"/> is known: what is redacted could be decided by any code, and decides the scores.
    /// </remarks>
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ModelFingerprint) ? null : base.GetService(serviceType, serviceKey);

    private string Redact(string text, string what) => _redact(text) ??
        throw new InvalidOperationException($"The redaction gave null for {what}; a text was expected, which may be empty for a document.");
}

/// <content>Adds redaction to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Changes every text before it goes further inward.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="redact">Gives the text to send instead; called for the query and for each document.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseRedaction(this RerankerBuilder builder, Func<string, string> redact)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(redact);
        return builder.Use(inner => new RedactingReranker(inner, redact));
    }
}
