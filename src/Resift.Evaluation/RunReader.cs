using System.Globalization;
using System.Text;

namespace Resift.Evaluation;

/// <summary>Reads a run line by line: those of TREC, or of JSON if the first one is such.</summary>
internal sealed class RunReader(Utf8Input input)
{
    /// <summary>What the columns of a line are.</summary>
    public const string Columns = "qid Q0 docid rank score tag";

    private byte[] _queryId = [];
    private bool? _isJson;

    /// <summary>Gets the query of the line read last.</summary>
    public string QueryId { get; private set; } = "";

    /// <summary>Gets the document of the line read last.</summary>
    public ScoredDocument Document { get; private set; }

    /// <summary>Gets the rank in the line read last; 0 in lines of JSON, which have none.</summary>
    public int Rank { get; private set; }

    /// <summary>Reads the next line of the run; blank ones are none.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">It is no line of a run, or there is none in the whole input.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (await input.ReadLineAsync(cancellationToken).ConfigureAwait(false))
        {
            if (input.IsBlank)
            {
                continue;
            }

            if (_isJson ??= JsonLine.IsBegunBy(input.Line.Span))
            {
                ReadJson();
            }
            else
            {
                ReadColumns(input.Line.Span);
            }

            return true;
        }

        return _isJson is null
            ? throw new InvalidDataException($"{input.Name} is empty; lines of a TREC run ({Columns}) were expected.")
            : false;
    }

    private void ReadJson()
    {
        using var line = JsonLine.Parse(input);
        (QueryId, Document) = (line.Text("query_id"), new(line.Text("doc_id"), line.Number("score")));
    }

    private void ReadColumns(ReadOnlySpan<byte> line)
    {
        Span<Range> columns = stackalloc Range[6];
        int count = TrecColumns.Split(line, columns);
        if (count != columns.Length)
        {
            throw new InvalidDataException($"{input.Place}: six columns were expected ({Columns}), but there are {count}.");
        }

        if (!int.TryParse(line[columns[3]], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int rank))
        {
            throw Unexpected("fourth column is the rank, a whole number", line[columns[3]]);
        }

        if (!double.TryParse(line[columns[4]], NumberStyles.Float, CultureInfo.InvariantCulture, out double score) ||
            !double.IsFinite(score))
        {
            throw Unexpected("fifth column is the score, a number", line[columns[4]]);
        }

        // Most lines have the query of the line before, and need no new string.
        var queryId = line[columns[0]];
        if (!queryId.SequenceEqual(_queryId))
        {
            _queryId = queryId.ToArray();
            QueryId = Encoding.UTF8.GetString(queryId);
        }

        (Document, Rank) = (new(Encoding.UTF8.GetString(line[columns[2]]), score), rank);
    }

    private InvalidDataException Unexpected(string what, ReadOnlySpan<byte> text) =>
        new($"{input.Place}: the {what}, but it is '{Encoding.UTF8.GetString(text)}'.");
}
