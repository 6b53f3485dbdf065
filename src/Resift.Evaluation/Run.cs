using System.Collections.ObjectModel;

namespace Resift.Evaluation;

/// <summary>What a search found for some queries, as TREC stores it.</summary>
/// <remarks>It does not change, and may be used from any number of threads.</remarks>
public sealed class Run
{
    private readonly Dictionary<string, ReadOnlyCollection<ScoredDocument>> _documents;

    private Run(IReadOnlyList<string> queryIds, Dictionary<string, ReadOnlyCollection<ScoredDocument>> documents) =>
        (QueryIds, _documents) = (queryIds, documents);

    /// <summary>Gets the queries, in the order in which the file first names them.</summary>
    public IReadOnlyList<string> QueryIds { get; }

    /// <summary>Reads a file of lines <c>qid Q0 docid rank score tag</c>, as TREC has them, or of JSON.</summary>
    /// <param name="path">
    /// The file; unpacked if its name ends in <c>.gz</c>. Lines of JSON are such as
    /// <c>{"query_id": "q1", "doc_id": "d1", "score": 9.5}</c>.
    /// </param>
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

    /// <summary>Reads lines as <see cref="ReadAsync(string, CancellationToken)"/> does from a stream, and disposes it.</summary>
    /// <param name="stream">The stream of UTF-8 text.</param>
    /// <param name="name">The name to call it by in messages.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The run.</returns>
    /// <exception cref="InvalidDataException">
    /// The stream is empty, or a line is not one of a run, or names a document a second time for its query: the message has the name and
    /// the line.
    /// </exception>
    public static Task<Run> ReadStreamAsync(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return ReadAsync(new Utf8Input(stream, name), cancellationToken);
    }

    /// <summary>Creates a run from what is in memory.</summary>
    /// <typeparam name="TDocuments">A collection of documents, such as a list.</typeparam>
    /// <param name="documentsByQuery">What was found for each query, in any order; it may be nothing.</param>
    /// <returns>The run.</returns>
    /// <exception cref="ArgumentException">
    /// A query is there twice, or a document twice for a query, or a score is not a finite number.
    /// </exception>
    /// <remarks>
    /// Measures rank by score and then by id, as trec_eval does. Where the order itself is what was found, give −rank as score.
    /// </remarks>
    public static Run Create<TDocuments>(IEnumerable<KeyValuePair<string, TDocuments>> documentsByQuery)
        where TDocuments : IEnumerable<ScoredDocument>
    {
        ArgumentNullException.ThrowIfNull(documentsByQuery);
        var builder = new Builder();
        foreach (var (queryId, documents) in documentsByQuery)
        {
            if (!builder.TryBegin(queryId))
            {
                throw new ArgumentException($"The query '{queryId}' is there twice.", nameof(documentsByQuery));
            }

            foreach (var document in documents)
            {
                if (!double.IsFinite(document.Score))
                {
                    throw new ArgumentException(
                        $"The score of document '{document.Id}' for query '{queryId}' is {document.Score}; a finite number was expected.",
                        nameof(documentsByQuery));
                }

                builder.Add(queryId, new(document, Rank: 0, Line: 0));
            }
        }

        return builder.Complete((queryId, found) => new ArgumentException(
            $"Document '{found.Document.Id}' occurs twice for query '{queryId}'.", nameof(documentsByQuery)));
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

    /// <summary>Creates the error for a document that a file names twice.</summary>
    internal static InvalidDataException Repeated(string place, string queryId, string documentId) =>
        new($"{place}: document '{documentId}' occurs twice for query '{queryId}'.");

    private static async Task<Run> ReadAsync(Utf8Input input, CancellationToken cancellationToken)
    {
        await using var disposal = input.ConfigureAwait(false);
        var lines = new RunReader(input);
        var builder = new Builder();
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            builder.Add(lines.QueryId, new(lines.Document, lines.Rank, input.LineNumber));
        }

        return builder.Complete((queryId, found) => Repeated($"{input.Name}:{found.Line}", queryId, found.Document.Id));
    }

    private sealed class Builder
    {
        private readonly OrderedDictionary<string, List<FoundDocument>> _found = [];

        // Most documents are found for several queries: one string each is enough.
        private readonly Dictionary<string, string> _documentIds = [];

        /// <summary>Adds a query, or returns false if it is there.</summary>
        public bool TryBegin(string queryId) => _found.TryAdd(queryId, []);

        public void Add(string queryId, FoundDocument found)
        {
            if (!_documentIds.TryGetValue(found.Document.Id, out string? documentId))
            {
                _documentIds.Add(found.Document.Id, documentId = found.Document.Id);
            }

            if (!_found.TryGetValue(queryId, out var ofQuery))
            {
                _found.Add(queryId, ofQuery = []);
            }

            ofQuery.Add(found with { Document = found.Document with { Id = documentId } });
        }

        // Repeated documents are looked for at the end, where one set of ids serves all queries, and what is done with is let go.
        public Run Complete(Func<string, FoundDocument, Exception> repeated)
        {
            var documents = new Dictionary<string, ReadOnlyCollection<ScoredDocument>>(_found.Count);
            var ids = new HashSet<string>();
            for (int i = 0; i < _found.Count; i++)
            {
                var (queryId, found) = _found.GetAt(i);
                ids.Clear();
                foreach (var document in found)
                {
                    if (!ids.Add(document.Document.Id))
                    {
                        throw repeated(queryId, document);
                    }
                }

                documents.Add(queryId, BestFirst(found));
                _found.SetAt(i, []);
            }

            return new(Array.AsReadOnly([.. _found.Keys]), documents);
        }

        private static ReadOnlyCollection<ScoredDocument> BestFirst(List<FoundDocument> found) => found
            .OrderByDescending(document => document.Document.Score)
            .ThenBy(document => document.Rank)
            .Select(document => document.Document)
            .ToArray()
            .AsReadOnly();
    }

    private readonly record struct FoundDocument(ScoredDocument Document, int Rank, int Line);
}

/// <summary>A document with the score that a search gave it.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Score">The score; higher is better, and only scores of one query can be compared.</param>
public readonly record struct ScoredDocument(string Id, double Score);
