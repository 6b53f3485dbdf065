using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;

namespace Resift.Evaluation;

/// <summary>Relevance judgements: how relevant documents are to queries.</summary>
/// <remarks>It does not change, and may be used from any number of threads.</remarks>
public sealed class Qrels
{
    private const string Expected = "query-id, corpus-id and score with tabs between them";

    private readonly List<string> _queryIds = [];
    private readonly Dictionary<string, Dictionary<string, int>> _grades = [];

    private Qrels() => QueryIds = _queryIds.AsReadOnly();

    /// <summary>Gets the judged queries, in the order in which the file first names them.</summary>
    public IReadOnlyList<string> QueryIds { get; }

    /// <summary>Reads a file of judgements as BEIR has them: lines of <c>query-id, corpus-id, score</c> with tabs between them.</summary>
    /// <param name="path">The file, with or without BEIR's heading; unpacked if its name ends in <c>.gz</c>.</param>
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
        var qrels = new Qrels();
        while (await input.ReadLineAsync(cancellationToken).ConfigureAwait(false))
        {
            string line = Encoding.UTF8.GetString(input.Line.Span);
            if (!string.IsNullOrWhiteSpace(line) && !(input.LineNumber == 1 && line.Split('\t') is ["query-id", "corpus-id", "score"]))
            {
                qrels.Add(line, input.Place);
            }
        }

        return qrels._queryIds.Count > 0
            ? qrels
            : throw new InvalidDataException($"{input.Name} has no judgements; lines of {Expected} were expected.");
    }

    /// <summary>Gets the grades of the documents that were judged for a query.</summary>
    /// <param name="queryId">The query.</param>
    /// <returns>The grades by document, above 0 for relevant ones; none for a query without judgements.</returns>
    public IReadOnlyDictionary<string, int> GetGrades(string queryId)
    {
        ArgumentNullException.ThrowIfNull(queryId);
        return _grades.TryGetValue(queryId, out var grades) ? grades.AsReadOnly() : ReadOnlyDictionary<string, int>.Empty;
    }

    private void Add(string line, string place)
    {
        if (line.Split('\t') is not [var queryId, var documentId, var score])
        {
            throw new InvalidDataException($"{place}: {Expected} were expected, but there are {line.Count(c => c == '\t') + 1} columns.");
        }

        if (!int.TryParse(score, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int grade))
        {
            throw new InvalidDataException($"{place}: the third column is the score, a whole number, but it is '{score}'.");
        }

        if (!_grades.TryGetValue(queryId, out var grades))
        {
            _queryIds.Add(queryId);
            _grades.Add(queryId, grades = []);
        }

        if (!grades.TryAdd(documentId, grade))
        {
            throw new InvalidDataException($"{place}: document '{documentId}' is judged for the second time for query '{queryId}'.");
        }
    }
}
