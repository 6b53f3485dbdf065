using System.Collections.ObjectModel;

namespace Resift.Evaluation;

/// <summary>Relevance judgements: how relevant documents are to queries.</summary>
/// <remarks>It does not change, and may be used from any number of threads.</remarks>
public sealed class Qrels
{
    private readonly List<string> _queryIds = [];
    private readonly Dictionary<string, Dictionary<string, int>> _grades = [];

    private Qrels() => QueryIds = _queryIds.AsReadOnly();

    /// <summary>Gets the judged queries, in the order in which the file first names them.</summary>
    public IReadOnlyList<string> QueryIds { get; }

    /// <summary>Reads a file of judgements, in the layout of which the first line is.</summary>
    /// <param name="path">
    /// The file; unpacked if its name ends in <c>.gz</c>. Its lines are those of BEIR (<c>query-id, corpus-id, score</c> with tabs between
    /// them, with or without that heading), those of TREC (<c>qid 0 docid relevance</c>), or JSON
    /// (<c>{"query_id": "q1", "doc_id": "d1", "relevance": 1}</c>).
    /// </param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The judgements.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file has no judgement, or a line is none, or judges a document a second time: the message has the file and the line.
    /// </exception>
    public static async Task<Qrels> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var input = Utf8Input.Open(path);
        await using var disposal = input.ConfigureAwait(false);
        var lines = new QrelsReader(input);
        var qrels = new Qrels();
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is var (queryId, documentId, grade))
        {
            if (!qrels.Add(queryId, documentId, grade))
            {
                throw new InvalidDataException(
                    $"{input.Place}: document '{documentId}' is judged for the second time for query '{queryId}'.");
            }
        }

        return qrels._queryIds.Count > 0
            ? qrels
            : throw new InvalidDataException($"{input.Name} has no judgements; {QrelsReader.Expected} were expected.");
    }

    /// <summary>Creates judgements from what is in memory.</summary>
    /// <typeparam name="TGrades">A collection of documents with their grades, such as a dictionary.</typeparam>
    /// <param name="gradesByQuery">The documents that were judged for each query, with their grades: above 0 for relevant ones.</param>
    /// <returns>The judgements. A query without judged documents is not among them.</returns>
    /// <exception cref="ArgumentException">Nothing is judged, or a document is judged twice for a query.</exception>
    public static Qrels Create<TGrades>(IEnumerable<KeyValuePair<string, TGrades>> gradesByQuery)
        where TGrades : IEnumerable<KeyValuePair<string, int>>
    {
        ArgumentNullException.ThrowIfNull(gradesByQuery);
        var qrels = new Qrels();
        foreach (var (queryId, grades) in gradesByQuery)
        {
            foreach (var (documentId, grade) in grades)
            {
                if (!qrels.Add(queryId, documentId, grade))
                {
                    throw new ArgumentException(
                        $"Document '{documentId}' is judged for the second time for query '{queryId}'.", nameof(gradesByQuery));
                }
            }
        }

        return qrels._queryIds.Count > 0
            ? qrels
            : throw new ArgumentException("Nothing is judged; at least one document of one query was expected.", nameof(gradesByQuery));
    }

    /// <summary>Gets the grades of the documents that were judged for a query.</summary>
    /// <param name="queryId">The query.</param>
    /// <returns>The grades by document, above 0 for relevant ones; none for a query without judgements.</returns>
    public IReadOnlyDictionary<string, int> GetGrades(string queryId)
    {
        ArgumentNullException.ThrowIfNull(queryId);
        return Grades(queryId)?.AsReadOnly() ?? ReadOnlyDictionary<string, int>.Empty;
    }

    /// <summary>Gets the grades of a query's documents, which the caller must not change; null for one without judgements.</summary>
    internal Dictionary<string, int>? Grades(string queryId) => _grades.GetValueOrDefault(queryId);

    private bool Add(string queryId, string documentId, int grade)
    {
        if (!_grades.TryGetValue(queryId, out var grades))
        {
            _queryIds.Add(queryId);
            _grades.Add(queryId, grades = []);
        }

        return grades.TryAdd(documentId, grade);
    }
}
