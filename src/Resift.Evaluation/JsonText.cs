using System.Text.Json;

namespace Resift;

/// <summary>Reads JSON that people wrote, and says in terms of their file where it is wrong.</summary>
internal static class JsonText
{
    // Of two values of one name only one could be used, and nobody knows which was meant.
    private static readonly JsonDocumentOptions _json = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a part of a file.</summary>
    /// <param name="utf8">The part; it must not change while the result is used.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="firstLine">The number of the line with which the part begins.</param>
    /// <param name="expected">What was expected, for messages.</param>
    /// <param name="hint">What to do about an error; may be empty.</param>
    /// <exception cref="InvalidDataException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string name, int firstLine, string expected = "JSON", string hint = "")
    {
        try
        {
            return JsonDocument.Parse(utf8, _json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"{Place(exception, utf8.Span, name, firstLine)}: this is not {expected}: {Reason(exception)}. {hint}".TrimEnd(),
                exception);
        }
        catch (InvalidOperationException exception)
        {
            // That is what comes of comparing such a name with the others.
            throw new InvalidDataException(
                $"{name}{(utf8.Span.Contains((byte)'\n') ? "" : $":{firstLine}")}: this is not {expected}: a field's name has half of a " +
                $"surrogate pair (an escape such as \\ud83d alone), which is no text. {hint}".TrimEnd(),
                exception);
        }
    }

    /// <summary>Reads a string.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <exception cref="InvalidDataException">It is something else, or no text.</exception>
    public static string ReadString(JsonElement value, string place, string what)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new InvalidDataException($"{place}: {what} is {Kind(value)}; a string was expected.");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException(
                $"{place}: {what} has half of a surrogate pair (an escape such as \\ud83d alone), which is no text.");
        }
    }

    /// <summary>Gets what kind of value it is, for messages.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a string",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "an array",
        _ => "an object",
    };

    /// <summary>Gets the names of an object's fields, for messages.</summary>
    public static string Names(JsonElement record)
    {
        string[] names = [.. record.EnumerateObject().Select(property => $"'{property.Name}'").Take(10)];
        return names.Length == 0 ? "no fields" : string.Join(", ", names);
    }

    // Of a property that is there twice, System.Text.Json does not say where.
    private static string Place(JsonException exception, ReadOnlySpan<byte> utf8, string name, int firstLine) =>
        exception.LineNumber is { } line ? $"{name}:{firstLine + line}"
        : utf8.Contains((byte)'\n') ? name
        : $"{name}:{firstLine}";

    // System.Text.Json ends its messages with a position that counts from the start of what it was given.
    private static string Reason(JsonException exception)
    {
        int position = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = (position < 0 ? exception.Message : exception.Message[..position]).TrimEnd('.');
        return exception.BytePositionInLine is { } at ? $"{reason} (byte {at} of the line)" : reason;
    }
}
