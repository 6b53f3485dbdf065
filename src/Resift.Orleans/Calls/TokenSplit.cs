namespace Resift.Orleans.Calls;

/// <summary>A run of a call's documents.</summary>
/// <param name="Start">The index of the first one.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Tokens">About how many tokens the model reads of them, the query counted each time.</param>
internal readonly record struct DocumentRange(int Start, int Count, long Tokens);

/// <summary>Cuts calls into parts of about equally many tokens.</summary>
internal static class TokenSplit
{
    /// <summary>Estimates what a model reads of each document together with the query.</summary>
    public static long[] Count(string query, IReadOnlyList<string> documents, RerankOptions? options, int? maxTokensPerPair)
    {
        long forQuery = TokenEstimate.Count(query);
        long perDocument = options?.MaxTokensPerDocument ?? long.MaxValue;
        long perPair = maxTokensPerPair ?? long.MaxValue;
        return
        [
            .. documents.Select(document =>
                Math.Max(1, Math.Min(perPair, forQuery + Math.Min(perDocument, TokenEstimate.Count(document))))),
        ];
    }

    /// <summary>Cuts the documents into runs of about equally many tokens.</summary>
    /// <param name="tokens">The tokens of each document.</param>
    /// <param name="parts">How many runs there may be; fewer come back where there are not so many documents.</param>
    public static IReadOnlyList<DocumentRange> Cut(IReadOnlyList<long> tokens, int parts)
    {
        long total = tokens.Sum();
        var ranges = new List<DocumentRange>(parts);
        int start = 0;
        long before = 0, sum = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            sum += tokens[i];

            // A run ends with the document that the next share's border falls into.
            if (i == tokens.Count - 1 || sum * parts >= total * (ranges.Count + 1))
            {
                ranges.Add(new(start, i + 1 - start, sum - before));
                (start, before) = (i + 1, sum);
            }
        }

        return ranges;
    }
}
