using System.Text.Json;

namespace Resift.Local.Configuration;

/// <summary>A JSON object of a model's configuration whose fields are checked as they are read.</summary>
/// <param name="Source">Where it stands, for error messages: a file, and a place in it where that is not its root.</param>
/// <param name="Element">The object.</param>
internal readonly record struct ConfigObject(string Source, JsonElement Element)
{
    /// <summary>Gets the objects of a list, none of which may be something else.</summary>
    /// <param name="source">Where the list stands.</param>
    /// <param name="list">An array.</param>
    public static IReadOnlyList<ConfigObject> Entries(string source, JsonElement list) =>
        [.. list.EnumerateArray().Select((entry, i) => Require($"{source}: entry {i}", entry))];

    /// <summary>Takes an element that must be an object.</summary>
    public static ConfigObject Require(string source, JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? new(source, element)
        : throw new InvalidDataException($"{source} must be an object, found {Shown(element)}.");

    /// <summary>Gets a field; null where it is absent or null.</summary>
    public JsonElement? Value(string field) =>
        Element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Gets a whole number of at least 1 that must be there.</summary>
    public int Positive(string field) => PositiveOrNull(field) ?? throw Missing(field);

    /// <summary>Gets a whole number of at least 1, or null where the field is absent.</summary>
    public int? PositiveOrNull(string field) => WholeOrNull(field) is { } number && number < 1
        ? throw new InvalidDataException($"{Source}: {field} must be positive, found {number}.")
        : WholeOrNull(field);

    /// <summary>Gets a whole number of at least 0, or null where the field is absent.</summary>
    public int? NotNegativeOrNull(string field) => WholeOrNull(field) is { } number && number < 0
        ? throw new InvalidDataException($"{Source}: {field} must not be negative, found {number}.")
        : WholeOrNull(field);

    /// <summary>Gets a whole number, or null where the field is absent.</summary>
    public int? WholeOrNull(string field)
    {
        if (Value(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int number))
        {
            throw Wrong(field, "a whole number", value);
        }

        return number;
    }

    /// <summary>Gets a finite number that must be there.</summary>
    public double Number(string field) => Value(field) switch
    {
        null => throw Missing(field),
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out double number) && double.IsFinite(number) => number,
        { } value => throw Wrong(field, "a finite number", value),
    };

    public string Text(string field) => TextOrNull(field) ?? throw Missing(field);

    public string? TextOrNull(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(field, "a text", value),
    };

    /// <summary>Gets a list of texts, or null where the field is absent.</summary>
    public IReadOnlyList<string>? TextsOrNull(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(item => item.GetString()!)],
        { } other => throw Wrong(field, "a list of texts", other),
    };

    /// <summary>Gets a truth value; false where the field is absent.</summary>
    public bool Flag(string field) => FlagOrNull(field) ?? false;

    /// <summary>Gets a truth value, or null where the field is absent.</summary>
    public bool? FlagOrNull(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { } value => throw Wrong(field, "true or false", value),
    };

    public ConfigObject? ObjectOrNull(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new ConfigObject($"{Source}: {field}", value),
        { } value => throw Wrong(field, "an object", value),
    };

    /// <summary>Gets the objects of a list; none where the field is absent.</summary>
    public IReadOnlyList<ConfigObject> Objects(string field) => Value(field) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => Entries($"{Source}: {field}", list),
        { } value => throw Wrong(field, "a list of objects", value),
    };

    public InvalidDataException Missing(string field) =>
        new($"{Source}: {field} is missing, and no default is assumed for it; fetch the file again from where the weights come from.");

    public InvalidDataException Wrong(string field, string expected, JsonElement found) =>
        new($"{Source}: {field} must be {expected}, found {Shown(found)}.");

    /// <summary>Shows a value as it stands in the file, shortened where it is long.</summary>
    public static string Shown(JsonElement value)
    {
        const int Longest = 60;
        string text = value.GetRawText();
        return text.Length <= Longest ? text : $"{text.AsSpan(0, Longest)}…";
    }
}
