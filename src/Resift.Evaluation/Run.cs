using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;

namespace Resift.Evaluation;

/// <summary>What a search found for some queries, as TREC stores it.</summary>
/// <remarks>It does not change, and may be used from any number of threads.</remarks>
public sealed class Run
{
    private const string Columns = "qid Q0 docid rank score tag";

    private readonly Dictionary<string, ReadOnlyCollection<ScoredDocument>> _documents;

    private Run(IReadOnlyList<string> queryIds, Dictionary<string, ReadOnlyCollection<ScoredDocument>> documents) =>
        (QueryIds, _documents) = (queryIds, documents);

    /// <summary>Gets the queries, in the order in which the file first names them.</summary>
    public IReadOnlyList<string> QueryIds { get; }

    /// <summary>Reads a file of lines <c>qid Q0 docid rank score tag</c>.</summary>
    /// <param name="path">The file; unpacked if its name ends in <c>.gz</c>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The run.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, or a line is not one of a run, or names a document a second time for its query: the message has the file and the
    /// line.
    /// </exception>
    public static Task<Run> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ReadAsync(Utf8Input.Open(path), cancellationToken);
    }

    /// <summary>Reads lines <c>qid Q0 docid rank score tag</c> from a stream, and disposes it.</summary>
    /// <param name="stream">The stream of UTF-8 text.</param>
    /// <param name="name">The name to call it by in messages.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The run.</returns>
    /// <exception cref="InvalidDataException">
    /// The stream is empty, or a line is not one of a run, or names a document a second time for its query: the message has the name and
    /// the
    /// line.
    /// </exception>
    public static Task<Run> ReadStreamAsync(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return ReadAsync(new Utf8Input(stream, name), cancellationToken);
    }

    /// <summary>Gets what was found for a query.</summary>
    /// <param name="queryId">The query.</param>
    /// <returns>
    /// The documents by falling score, those of equal scores by rank, then as they stand in the file; none for a query that is not in the
    /// run.
    /// </returns>
    public IReadOnlyList<ScoredDocument> GetDocuments(string queryId)
    {
        ArgumentNullException.ThrowIfNull(queryId);
        return _documents.GetValueOrDefault(queryId, ReadOnlyCollection<ScoredDocument>.Empty);
    }

    private static async Task<Run> ReadAsync(Utf8Input input, CancellationToken cancellationToken)
    {
        await using var disposal = input.ConfigureAwait(false);
        var reader = new Reader();
        while (await input.ReadLineAsync(cancellationToken).ConfigureAwait(false))
        {
            reader.Add(Encoding.UTF8.GetString(input.Line.Span), input.Place);
        }

        return reader.Complete(input.Name);
    }

    private sealed class Reader
    {
        // As in trec_eval, which is written in C: an id may have other white space, such as a no-break space.
        private static readonly char[] _separators = [' ', '\t', '\v', '\f', '\r'];

        private readonly List<string> _queryIds = [];
        private readonly Dictionary<string, Found> _found = [];

        // Most documents are found for several queries: one string each is enough.
        private readonly Dictionary<string, string> _documentIds = [];

        public void Add(string line, string place)
        {
            string[] columns = line.Split(_separators, StringSplitOptions.RemoveEmptyEntries);
            if (columns is [])
            {
                return;
            }

            if (columns is not [var queryId, _, var id, var rankText, var scoreText, _])
            {
                throw new InvalidDataException($"{place}: six columns were expected ({Columns}), but there are {columns.Length}.");
            }

            if (!int.TryParse(rankText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int rank))
            {
                throw new InvalidDataException($"{place}: the fourth column is the rank, a whole number, but it is '{rankText}'.");
            }

            if (!double.TryParse(scoreText, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) || !double.IsFinite(score))
            {
                throw new InvalidDataException($"{place}: the fifth column is the score, a number, but it is '{scoreText}'.");
            }

            if (!_documentIds.TryGetValue(id, out string? documentId))
            {
                _documentIds.Add(id, documentId = id);
            }

            if (!_found.TryGetValue(queryId, out var found))
            {
                _queryIds.Add(queryId);
                _found.Add(queryId, found = new([], []));
            }

            if (!found.Ids.Add(documentId))
            {
                throw new InvalidDataException($"{place}: document '{documentId}' occurs twice for query '{queryId}'.");
            }

            found.Lines.Add((new(documentId, score), rank));
        }

        public Run Complete(string name) => _queryIds.Count > 0
            ? new(_queryIds.AsReadOnly(), _found.ToDictionary(query => query.Key, query => query.Value.BestFirst()))
            : throw new InvalidDataException($"{name} is empty; lines of a TREC run ({Columns}) were expected.");
    }

    private sealed record Found(List<(ScoredDocument Document, int Rank)> Lines, HashSet<string> Ids)
    {
        public ReadOnlyCollection<ScoredDocument> BestFirst() => Lines
            .OrderByDescending(line => line.Document.Score)
            .ThenBy(line => line.Rank)
            .Select(line => line.Document)
            .ToArray()
            .AsReadOnly();
    }
}

/// <summary>A document with the score that a search gave it.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Score">The score; higher is better, and only scores of one query can be compared.</param>
public readonly record struct ScoredDocument(string Id, double Score);
