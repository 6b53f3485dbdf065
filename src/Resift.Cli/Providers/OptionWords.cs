namespace Resift.Cli;

/// <summary>
/// A reranker of an API whose messages name the options of the command line, and not those of the library: nobody can set these here.
/// </summary>
internal sealed class OptionWords(IReranker innerReranker) : DelegatingReranker(innerReranker)
{
    private static readonly (string Ours, string Theirs)[] _words =
    [
        ($"{nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.MaxDocumentsPerRequest)}", "--documents-per-request"),
        ($"set {nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.ScoreScale)}", "say so by \"scale\" in resift.json"),
        ($"raise {nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.MaxResponseBytes)} or ask about fewer documents at once",
            "lower --documents-per-request"),
        ($"{nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.TokenProvider)}", "--token-command"),
    ];

    /// <summary>Puts a message of the library into the words of the command line.</summary>
    public static string Of(string message) =>
        _words.Aggregate(message, (text, word) => text.Replace(word.Ours, word.Theirs, StringComparison.Ordinal));

    public override async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.RerankAsync(query, documents, options, cancellationToken);
        }
        catch (RerankerException error) when (Of(error.Message) != error.Message)
        {
            throw new RerankerException(Of(error.Message), error.InnerException)
            {
                DocumentIndex = error.DocumentIndex,
                StatusCode = error.StatusCode,
                RequestId = error.RequestId,
                IsTransient = error.IsTransient,
                RetryAfter = error.RetryAfter,
            };
        }
        catch (ArgumentException error) when (Of(error.Message) != error.Message)
        {
            throw new UsageException(Of(error.Message).Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal));
        }
    }
}
