using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;

namespace Resift.Cli;

/// <summary>Reads the rows of a CSV or TSV file as records whose fields are named by the first row.</summary>
internal static class CsvRecords
{
    // One quote too many would otherwise make one field of the rest of the file.
    private const int LongestField = 8 * 1024 * 1024;

    /// <summary>Reads the rows one by one.</summary>
    /// <exception cref="InvalidDataException">The file is not UTF-8, or not what its name says.</exception>
    public static async IAsyncEnumerable<InputDocument> ReadAsync(
        SourceFile file, Stream stream, RecordFields fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var text = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), leaveOpen: true);
        using var rows = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = file.Kind == FileKind.Tsv ? "\t" : ",",
            // Tab-separated files are mostly written without quoting, so that a quote in them is nothing but a quote.
            Mode = file.Kind == FileKind.Tsv ? CsvMode.NoEscape : CsvMode.RFC4180,
            MaxFieldSize = LongestField,
        });
        string[]? header = null;
        while (await ReadRowAsync(rows, file))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (header is null)
            {
                header = rows.Record!;
                ThrowIfRepeated(header, file);
                continue;
            }

            string place = string.Create(CultureInfo.InvariantCulture, $"{file.FullPath}:{rows.RawRow}");
            using var record = JsonDocument.Parse(ToJson(header, rows.Record!, place));
            yield return fields.Read(record.RootElement, place);
        }
    }

    private static async Task<bool> ReadRowAsync(CsvParser rows, SourceFile file)
    {
        try
        {
            return await rows.ReadAsync();
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{file.FullPath}: it is not UTF-8 somewhere after " +
                $"line {rows.RawRow}. If it is in another encoding, convert it first, for example with iconv -f LATIN1 -t UTF-8."), exception);
        }
        catch (MaxFieldSizeException exception)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{file.FullPath}: a field after line {rows.RawRow} " +
                $"has more than {LongestField:N0} characters. Check that every quote is closed."), exception);
        }
        catch (CsvHelperException exception)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{file.FullPath}:{rows.RawRow}: this is no row of CSV. Check that every quote is closed, and doubled inside quotes."), exception);
        }
    }

    private static void ThrowIfRepeated(string[] header, SourceFile file)
    {
        if (header.CountBy(name => name).FirstOrDefault(name => name.Value > 1).Key is { } repeated)
        {
            throw new InvalidDataException($"{file.FullPath}:1: the column '{repeated}' occurs twice; the first row names the columns.");
        }
    }

    private static ReadOnlyMemory<byte> ToJson(string[] header, string[] row, string place)
    {
        if (row.Length > header.Length)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{place}: the row has {row.Length} fields, but the first row names {header.Length}. Quote fields that have a separator."));
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            for (int i = 0; i < row.Length; i++)
            {
                writer.WriteString(header[i], row[i].Contains('\0') ? throw new InvalidDataException(
                    $"{place}: there is a zero byte, so this seems to be a binary file; UTF-8 text was expected.") : row[i]);
            }

            writer.WriteEndObject();
        }

        return json.WrittenMemory;
    }
}
