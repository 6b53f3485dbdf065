using System.Globalization;
using System.Text;

namespace Resift.Cli;

/// <summary>Reads a first stage's run in TREC form: <c>qid Q0 docid rank score tag</c>.</summary>
internal sealed class RunReader
{
    private readonly Dictionary<string, List<Candidate>> _candidates = [];
    private readonly List<string> _queryIds = [];
    private readonly HashSet<(string QueryId, string DocumentId)> _seen = [];

    // Most documents are candidates of several queries: one string each is enough.
    private readonly Dictionary<string, string> _names = [];

    private RunReader()
    {
    }

    /// <summary>Reads a run.</summary>
    /// <param name="input">The run.</param>
    /// <param name="depth">How many candidates of each query are kept.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>
    /// The queries in the order in which the run first names them; candidates by falling score, equal scores by rank, then as they stand.
    /// </returns>
    /// <exception cref="InvalidDataException">A line is not one of a run, or a document occurs twice for a query.</exception>
    public static async Task<List<QueryCandidates>> ReadAsync(Utf8Input input, int depth, CancellationToken cancellationToken)
    {
        var reader = new RunReader();
        while (await input.ReadLineAsync(cancellationToken))
        {
            reader.Add(Encoding.UTF8.GetString(input.Line.Span), input.Place);
        }

        return reader._queryIds.Count > 0
            ? [.. reader._queryIds.Select(id => new QueryCandidates(id, reader.Best(id, depth)))]
            : throw new InvalidDataException($"{input.Name} is empty; lines of a TREC run (qid Q0 docid rank score tag) were expected.");
    }

    private void Add(string line, string place)
    {
        string[] columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length == 0)
        {
            return;
        }

        if (columns.Length != 6)
        {
            throw new InvalidDataException(
                $"{place}: six columns were expected (qid Q0 docid rank score tag), but there are {columns.Length}.");
        }

        if (!int.TryParse(columns[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int rank))
        {
            throw new InvalidDataException($"{place}: the fourth column is the rank, a whole number, but it is '{columns[3]}'.");
        }

        if (!double.TryParse(columns[4], NumberStyles.Float, CultureInfo.InvariantCulture, out double score) || !double.IsFinite(score))
        {
            throw new InvalidDataException($"{place}: the fifth column is the score, a number, but it is '{columns[4]}'.");
        }

        string documentId = Name(columns[2]);
        if (!_candidates.TryGetValue(columns[0], out var candidates))
        {
            _queryIds.Add(columns[0]);
            _candidates.Add(columns[0], candidates = []);
        }

        if (!_seen.Add((_queryIds[^1] == columns[0] ? _queryIds[^1] : Name(columns[0]), documentId)))
        {
            throw new InvalidDataException($"{place}: document '{documentId}' occurs twice for query '{columns[0]}'.");
        }

        candidates.Add(new(documentId, rank, score));
    }

    private string Name(string id)
    {
        if (_names.TryGetValue(id, out string? known))
        {
            return known;
        }

        _names.Add(id, id);
        return id;
    }

    private string[] Best(string queryId, int depth) =>
    [
        .. _candidates[queryId]
            .OrderByDescending(candidate => candidate.Score)
            .ThenBy(candidate => candidate.Rank)
            .Take(depth)
            .Select(candidate => candidate.DocumentId),
    ];

    private readonly record struct Candidate(string DocumentId, int Rank, double Score);
}

/// <summary>A query of a run with the documents that the first stage found for it, best first.</summary>
internal sealed record QueryCandidates(string QueryId, IReadOnlyList<string> DocumentIds);
