using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Resift.Cli;

/// <summary>Reads documents from lines, a JSON array, JSON Lines or a table.</summary>
internal static class RecordReader
{
    private const string ForceLines = "If these are plain lines of text, say --input-format lines.";

    /// <summary>Reads the documents one by one; only a JSON array is read as a whole.</summary>
    /// <param name="input">Where they are read from.</param>
    /// <param name="format">How they are written; null to see by the name of a table, else by the first characters.</param>
    /// <param name="fields">Which fields hold id and text.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async IAsyncEnumerable<InputDocument> ReadAsync(
        Utf8Input input, InputFormat? format, RecordFields fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string hint = format is null ? ForceLines : "";
        format ??= FormatOfName(input.Name);
        if (format is InputFormat.Csv or InputFormat.Tsv)
        {
            await foreach (var row in CsvRecords.ReadAsync(input, format == InputFormat.Tsv, fields, cancellationToken))
            {
                yield return row;
            }

            yield break;
        }

        format ??= FormatOf(await input.PeekAsync(cancellationToken));
        if (format == InputFormat.Json)
        {
            using var array = ParseArray(input.Name, await input.ReadRestAsync(cancellationToken), hint);
            foreach (var document in Items(array.RootElement, fields, input.Name))
            {
                yield return document;
            }

            yield break;
        }

        while (true)
        {
            InputDocument document;
            try
            {
                if (!await input.ReadLineAsync(cancellationToken))
                {
                    break;
                }

                if (input.IsBlank)
                {
                    continue;
                }

                document = format == InputFormat.Lines
                    ? new InputDocument(null, Encoding.UTF8.GetString(input.Line.Span))
                    : ReadRecord(input, fields, hint);
            }
            catch (InvalidDataException bad) when (fields.LeaveOut is not null)
            {
                fields.LeaveOut(bad.Message);
                continue;
            }

            yield return document;
        }
    }

    /// <summary>Reads the records of one JSON value: the items of an array, or an object.</summary>
    public static async IAsyncEnumerable<InputDocument> ReadJsonAsync(
        Utf8Input input, RecordFields fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var json = JsonText.Parse(await input.ReadRestAsync(cancellationToken), input.Name, firstLine: 1);
        if (json.RootElement.ValueKind != JsonValueKind.Array)
        {
            yield return fields.Read(json.RootElement, input.Name);
            yield break;
        }

        foreach (var document in Items(json.RootElement, fields, input.Name))
        {
            yield return document;
        }
    }

    /// <summary>Reads records of JSON Lines that must have an id.</summary>
    public static async IAsyncEnumerable<(string Id, string Text)> ReadWithIdsAsync(
        Utf8Input input, RecordFields fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (id, text) in ReadAsync(input, InputFormat.Jsonl, fields, cancellationToken))
        {
            yield return id is not null
                ? (id, text)
                : throw new InvalidDataException($"{input.Place}: the record has no id ('_id' or 'id'). Name it with {fields.IdOption}.");
        }
    }

    private static IEnumerable<InputDocument> Items(JsonElement array, RecordFields fields, string name)
    {
        var badRecords = new BadRecords(fields.LeaveOut);
        foreach (var (item, element) in array.EnumerateArray().Index())
        {
            InputDocument document;
            try
            {
                document = fields.Read(element, $"{name}, item {item} of the array");
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

    // Only a name tells a table from lines of text.
    private static InputFormat? FormatOfName(string name)
    {
        bool isPacked = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        return FileKinds.FromPath(isPacked ? name[..^3] : name) switch
        {
            FileKind.Csv => InputFormat.Csv,
            FileKind.Tsv => InputFormat.Tsv,
            _ => null,
        };
    }

    private static InputFormat FormatOf(string firstCharacters) => firstCharacters switch
    {
        ['[', '"' or '{' or ']'] => InputFormat.Json,
        ['{', '"' or '}'] => InputFormat.Jsonl,
        _ => InputFormat.Lines,
    };

    private static InputDocument ReadRecord(Utf8Input input, RecordFields fields, string hint)
    {
        using var record = JsonText.Parse(input.Line, input.Name, input.LineNumber, hint: hint);
        return fields.Read(record.RootElement, input.Place);
    }

    private static JsonDocument ParseArray(string name, ReadOnlyMemory<byte> bytes, string hint)
    {
        var document = JsonText.Parse(bytes, name, firstLine: 1, "a JSON array", hint);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? document
            : throw new InvalidDataException($"{name}: a JSON array was expected; for one object a line say --input-format jsonl.");
    }
}

/// <summary>A text that was read, with its id if it has one.</summary>
internal readonly record struct InputDocument(string? Id, string Text)
{
    /// <summary>Gets the record's other fields, if they were asked for.</summary>
    public IReadOnlyDictionary<string, string>? OtherFields { get; init; }
}

/// <summary>How documents are written in a file.</summary>
internal enum InputFormat
{
    /// <summary>Every line that is not blank is a document.</summary>
    Lines,

    /// <summary>One JSON array of strings or objects.</summary>
    Json,

    /// <summary>A JSON object or string on every line.</summary>
    Jsonl,

    /// <summary>Records separated by lines and commas or the like, with a header.</summary>
    Csv,

    /// <summary>Records separated by lines and tabs, with a header.</summary>
    Tsv,
}
