using System.Text.Json;
using System.Text.Unicode;

namespace Resift.Local.Models;

/// <summary>Reads the JSON header of a safetensors file.</summary>
/// <remarks>
/// Read token by token rather than as a document: a document would silently keep one of two tensors of the same name. Whatever the
/// reference implementation refuses is refused here too, holes between tensors and bytes behind the last one included, so that a
/// damaged header is not mistaken for a generous one.
/// </remarks>
internal static class SafetensorsHeader
{
    private const string Metadata = "__metadata__";

    public static IReadOnlyList<TensorEntry> Parse(ReadOnlySpan<byte> json, string file, long dataLength)
    {
        if (!Utf8.IsValid(json))
        {
            throw new InvalidDataException($"{file}: the header is not valid UTF-8: the file is damaged; fetch it again.");
        }

        var reader = new Utf8JsonReader(json);
        Dictionary<string, TensorEntry> entries;
        try
        {
            entries = ReadEntries(ref reader, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped surrogate without its other half.
            throw new InvalidDataException($"{file}: the header is not valid JSON at byte {reader.BytesConsumed}: not a safetensors " +
                "file, or a damaged one.", e);
        }

        foreach (var entry in entries.Values)
        {
            entry.Validate(file, dataLength);
        }

        CheckCover(entries.Values, file, dataLength);
        return [.. entries.Values];
    }

    private static Dictionary<string, TensorEntry> ReadEntries(ref Utf8JsonReader reader, string file)
    {
        var entries = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidDataException($"{file}: the header must be a JSON object of tensors, found {Kind(reader.TokenType)}.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (name == Metadata)
            {
                reader.Skip();
            }
            else if (!entries.TryAdd(name, ReadEntry(ref reader, name, file)))
            {
                throw new InvalidDataException($"{file}: the tensor name '{name}' occurs twice in the header.");
            }
        }

        // Anything but white space behind the object is an error that the reader finds here.
        reader.Read();
        return entries;
    }

    private static TensorEntry ReadEntry(ref Utf8JsonReader reader, string name, string file)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidDataException($"{file}: tensor '{name}' must be described by a JSON object, found {Kind(reader.TokenType)}.");
        }

        string? dtype = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when reader.TokenType == JsonTokenType.String:
                    dtype = reader.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, name, field, file);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, name, field, file);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return dtype is not null && shape is not null && offsets is [long begin, long end]
            ? new(name, dtype, shape, begin, end)
            : throw new InvalidDataException($"{file}: tensor '{name}' must have a dtype, a shape and two data_offsets.");
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string field, string file)
    {
        var numbers = new List<long>();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
            {
                numbers.Add(number);
            }
        }

        return reader.TokenType == JsonTokenType.EndArray
            ? numbers
            : throw new InvalidDataException($"{file}: tensor '{name}': {field} must be a list of whole numbers of at most 64 bits.");
    }

    private static void CheckCover(IEnumerable<TensorEntry> entries, string file, long dataLength)
    {
        TensorEntry? previous = null;
        long end = 0;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin < end)
            {
                throw new InvalidDataException(
                    $"{file}: the tensors '{previous!.Name}' and '{entry.Name}' overlap at bytes " +
                    $"{entry.Begin}..{Math.Min(end, entry.End)}.");
            }

            if (entry.Begin > end)
            {
                throw new InvalidDataException(
                    $"{file}: the bytes {end}..{entry.Begin} before tensor '{entry.Name}' belong to no tensor; the format allows no " +
                    "holes.");
            }

            (previous, end) = (entry, entry.End);
        }

        if (end != dataLength)
        {
            throw new InvalidDataException(
                $"{file}: {dataLength - end} bytes lie behind the last tensor; the format allows none, so the file is damaged or not " +
                "what it says.");
        }
    }

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        _ => token.ToString().ToLowerInvariant(),
    };
}
