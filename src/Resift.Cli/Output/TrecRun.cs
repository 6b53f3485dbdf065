using System.Buffers;
using System.Globalization;

namespace Resift.Cli;

/// <summary>Writes rankings as lines of a TREC run: <c>qid Q0 docid rank score tag</c>.</summary>
internal static class TrecRun
{
    private static readonly SearchValues<char> _separators = SearchValues.Create(" \t\n\v\f\r");

    /// <summary>
    /// Writes the ranking of one query, each id once, where its best document stands. Scores are written so that reading them gives the
    /// same number again.
    /// </summary>
    /// <param name="output">Where it is written.</param>
    /// <param name="queryId">The query's id.</param>
    /// <param name="response">The ranking.</param>
    /// <param name="documentId">Gives the id of a document by its index.</param>
    /// <param name="tag">The name of the run.</param>
    /// <returns>How many documents were left out, since a better one has their id: trec_eval refuses a run that has it twice.</returns>
    /// <exception cref="InvalidDataException">An id has white space, which would break the line into other columns.</exception>
    public static int Write(TextWriter output, string queryId, RerankResponse response, Func<int, string> documentId, string tag)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, score) in response.Results)
        {
            if (written.Add(documentId(index)))
            {
                WriteLine(output, queryId, documentId(index), written.Count, score, tag);
            }
        }

        return response.Results.Count - written.Count;
    }

    /// <summary>Writes one line.</summary>
    /// <exception cref="InvalidDataException">The id has white space that separates columns, as trec_eval reads them.</exception>
    public static void WriteLine(TextWriter output, string queryId, string documentId, int rank, double score, string tag)
    {
        if (documentId.Length == 0 || documentId.AsSpan().ContainsAny(_separators))
        {
            throw new InvalidDataException(
                $"The document id '{documentId}' cannot stand in a TREC run, where white space separates columns; use --format jsonl.");
        }

        output.Write(string.Create(CultureInfo.InvariantCulture, $"{queryId} Q0 {documentId} {rank} {score:R} {tag}\n"));
    }
}
