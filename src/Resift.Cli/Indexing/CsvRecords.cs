using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Resift.Cli;

/// <summary>Reads the rows of a CSV or TSV file as records whose fields are named by the first row.</summary>
internal static class CsvRecords
{
    // A file of which so many rows are bad, and none was good, is mostly wrong as a whole: another separator, or no column of text.
    private const int MostBadAtFirst = 20;

    /// <summary>Reads the rows one by one.</summary>
    /// <exception cref="InvalidDataException">The file is not UTF-8, or not what its name says.</exception>
    public static async IAsyncEnumerable<InputDocument> ReadAsync(
        Utf8Input input, bool isTabs, RecordFields fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        fields.TakesAllTexts = true;
        var rows = new CsvRows(input, isTabs);
        if (await rows.ReadAsync(cancellationToken) is not { } first)
        {
            yield break;
        }

        string[] names = [.. first.Select(name => name.Trim())];
        ThrowIfNamedTwice(names, rows.Place);
        var badRecords = new BadRecords(fields.LeaveOut, MostBadAtFirst);
        while (true)
        {
            InputDocument document;
            try
            {
                if (await rows.ReadAsync(cancellationToken) is not { } row)
                {
                    break;
                }

                using var record = JsonDocument.Parse(ToJson(names, row, rows.Place));
                document = fields.Read(record.RootElement, rows.Place);
            }
            catch (InvalidDataException bad) when (fields.LeaveOut is not null)
            {
                badRecords.Add(bad);
                continue;
            }

            badRecords.AddGood();
            yield return document;
        }

        badRecords.ThrowIfAll();
    }

    private static void ThrowIfNamedTwice(string[] names, string place)
    {
        if (names.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
        {
            throw new InvalidDataException(
                $"{place}: the first row names '{twice}' twice, so that only one of these columns could be used; rename or remove one.");
        }
    }

    private static ReadOnlyMemory<byte> ToJson(string[] names, IReadOnlyList<string> row, string place)
    {
        if (row.Count > names.Length)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{place}: the row has {row.Count} fields, but the first row names {names.Length}. Quote " +
                $"fields that have a separator in them."));
        }

        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        for (int i = 0; i < row.Count; i++)
        {
            // A column without a name, such as the one behind a separator at the end of each line, is nobody's field.
            if (names[i].Length > 0)
            {
                writer.WriteString(names[i], row[i]);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }
}
