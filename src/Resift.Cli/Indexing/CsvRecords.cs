using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using CsvHelper;

namespace Resift.Cli;

/// <summary>Reads the rows of a CSV or TSV file as records whose fields are named by the first row.</summary>
internal static class CsvRecords
{
    // One quote too many would otherwise make one field of the rest of the file.
    private const int LargestRow = 8 * 1024 * 1024;

    private static readonly CsvReaderOptions _csv = new()
    {
        MalformedData = CsvMalformedDataHandling.Throw,
        MaxRecordSize = LargestRow,
        TrackLineNumbers = true,
    };

    // Tab-separated files are mostly written without quoting, so that a quote in them is nothing but a quote.
    private static readonly CsvReaderOptions _tsv = _csv with { Separator = '\t', Mode = CsvMode.NoEscape };

    /// <summary>Reads the rows one by one.</summary>
    /// <exception cref="InvalidDataException">The file is not UTF-8, or not what its name says.</exception>
    public static async IAsyncEnumerable<InputDocument> ReadAsync(
        SourceFile file, Stream stream, RecordFields fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var rows = CsvReader.Create(stream, file.Kind == FileKind.Tsv ? _tsv : _csv, leaveOpen: true);
        // A file whose first row is wrong is mostly wrong as a whole: another encoding or separator, or no column of text.
        bool isFirst = true;
        while (await ReadRowAsync(rows, file, cancellationToken))
        {
            if (isFirst)
            {
                ThrowIfNamedTwice(rows.Headers, file.ShownPath);
            }

            string place = string.Create(CultureInfo.InvariantCulture, $"{file.ShownPath}:{rows.LineNumber}");
            InputDocument document;
            try
            {
                using var record = JsonDocument.Parse(ToJson(rows, place));
                document = fields.Read(record.RootElement, place);
            }
            catch (InvalidDataException bad) when (fields.LeaveOut is not null && !isFirst)
            {
                fields.LeaveOut(bad.Message);
                continue;
            }

            isFirst = false;
            yield return document;
        }
    }

    private static void ThrowIfNamedTwice(IReadOnlyList<string> headers, string file)
    {
        if (headers.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
        {
            throw new InvalidDataException(
                $"{file}:1: the first row names '{twice}' twice, so that only one of these columns could be used; rename or remove one.");
        }
    }

    private static async ValueTask<bool> ReadRowAsync(CsvReader rows, SourceFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await rows.ReadAsync(cancellationToken);
        }
        catch (CsvFormatException exception)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{file.ShownPath}:{exception.LineNumber}: this is no row of CSV. Check that every quote is " +
                $"closed, and doubled inside quotes."), exception);
        }
    }

    private static ReadOnlyMemory<byte> ToJson(CsvReader rows, string place)
    {
        if (!Utf8.IsValid(rows.RawRecord))
        {
            throw new InvalidDataException(
                $"{place}: this is not valid UTF-8. If the file is in another encoding, convert it first, for example with iconv " +
                "-f LATIN1 -t UTF-8.");
        }

        if (rows.RawRecord.Contains((byte)0))
        {
            throw new InvalidDataException(
                $"{place}: there is a zero byte, so this seems to be a binary file; UTF-8 text was expected.");
        }

        if (rows.FieldCount > rows.Headers.Count)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{place}: the row has {rows.FieldCount} fields, but the first row names {rows.Headers.Count}. Quote " +
                $"fields that have a separator in them."));
        }

        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        for (int i = 0; i < rows.FieldCount; i++)
        {
            writer.WriteString(rows.Headers[i], rows.GetString(i));
        }

        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }
}
