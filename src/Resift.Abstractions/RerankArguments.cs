namespace Resift;

/// <summary>The argument checks that every reranker makes, so that all of them refuse the same things in the same words.</summary>
public static class RerankArguments
{
    /// <summary>Checks the arguments of <see cref="IReranker.RerankAsync"/>.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">The documents.</param>
    /// <exception cref="ArgumentException">The query is blank, or a document is null.</exception>
    public static void ThrowIfInvalid(string query, IReadOnlyList<string> documents)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            ArgumentNullException.ThrowIfNull(query);
            throw new ArgumentException("The query is empty; a text to rank the documents by was expected.", nameof(query));
        }

        ArgumentNullException.ThrowIfNull(documents);
        for (int i = 0; i < documents.Count; i++)
        {
            if (documents[i] is null)
            {
                throw new ArgumentException(
                    $"Document {i} is null; a text was expected. Pass an empty string to keep its index.",
                    nameof(documents));
            }
        }
    }

    /// <summary>Refuses <see cref="TruncationPolicy.Chunk"/>: for every reranker that scores a document in one piece.</summary>
    /// <param name="options">The options of the call.</param>
    /// <exception cref="NotSupportedException">The options ask for chunking.</exception>
    public static void ThrowIfChunking(RerankOptions? options)
    {
        if (options?.Truncation == TruncationPolicy.Chunk)
        {
            throw new NotSupportedException("This reranker scores a document in one piece and cannot cut it into windows. Put " +
                "UseChunking() around it, or choose TruncationPolicy.Truncate or Error.");
        }
    }
}
