using System.Globalization;
using System.Text;

namespace Resift.Evaluation;

/// <summary>Reads judgements line by line, in the layout that the first of them has.</summary>
internal sealed class QrelsReader(Utf8Input input)
{
    public const string Expected = $"lines of {BeirColumns} (BEIR), of {TrecLine} (TREC) or of JSON";

    private const string BeirColumns = "query-id, corpus-id and score with tabs between them";
    private const string TrecLine = "qid 0 docid relevance";

    private Func<(string QueryId, string DocumentId, int Grade)>? _read;

    /// <summary>Reads the next judgement.</summary>
    /// <returns>Null at the end.</returns>
    /// <exception cref="InvalidDataException">The line is none.</exception>
    public async ValueTask<(string QueryId, string DocumentId, int Grade)?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await input.ReadLineAsync(cancellationToken).ConfigureAwait(false))
        {
            bool isFirst = _read is null;
            if (!input.IsBlank)
            {
                _read ??= ReaderOfThisLayout();
                if (!(isFirst && Text.Split('\t') is ["query-id", "corpus-id", "score"]))
                {
                    return _read();
                }
            }
        }

        return null;
    }

    private string Text => Encoding.UTF8.GetString(input.Line.Span);

    // A line of BEIR may have spaces in its ids, so that its tabs are looked at first.
    private Func<(string QueryId, string DocumentId, int Grade)> ReaderOfThisLayout()
    {
        Span<Range> columns = stackalloc Range[4];
        int count = TrecColumns.Split(input.Line.Span, columns);
        return JsonLine.IsBegunBy(input.Line.Span) ? ReadJson
            : input.Line.Span.Count((byte)'\t') == 2 ? ReadBeir
            : count == 4 ? ReadTrec
            : throw new InvalidDataException($"{input.Place}: {Expected} were expected, but there are {count} columns.");
    }

    private (string QueryId, string DocumentId, int Grade) ReadBeir()
    {
        string[] columns = Text.Split('\t');
        return columns is [var queryId, var documentId, var score]
            ? (queryId, documentId, Grade(score, "third column is the score"))
            : throw new InvalidDataException($"{input.Place}: {BeirColumns} were expected, but there are {columns.Length} columns.");
    }

    private (string QueryId, string DocumentId, int Grade) ReadTrec()
    {
        var line = input.Line.Span;
        Span<Range> columns = stackalloc Range[4];
        int count = TrecColumns.Split(line, columns);
        return count == columns.Length
            ? (Column(line[columns[0]]), Column(line[columns[2]]), Grade(Column(line[columns[3]]), "fourth column is the relevance"))
            : throw new InvalidDataException($"{input.Place}: four columns were expected ({TrecLine}), but there are {count}.");

        static string Column(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
    }

    private (string QueryId, string DocumentId, int Grade) ReadJson()
    {
        using var line = JsonLine.Parse(input);
        return (line.Text("query_id"), line.Text("doc_id"), line.WholeNumber("relevance"));
    }

    private int Grade(string text, string what) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int grade)
            ? grade
            : throw new InvalidDataException($"{input.Place}: the {what}, a whole number, but it is '{text}'.");
}
