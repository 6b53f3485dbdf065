using System.Text.Json;

namespace Resift.Cli;

/// <summary>
/// Takes id and text out of JSON records. Which field holds the text is settled by the first record that has one, so that one file is read
/// in one way; an id is looked for in every record.
/// </summary>
/// <param name="textFields">The fields whose texts are joined by one space, empty and absent ones left out; null to find one.</param>
/// <param name="idField">The field of the id; null to find one, or none. Null and empty values are none.</param>
/// <param name="note">Told which text field was found, if it is not <c>text</c>.</param>
internal sealed class RecordFields(IReadOnlyList<string>? textFields, string? idField, Action<string>? note = null)
{
    // Longer values are texts of their own, and nothing that somebody filters by.
    private const int LongestOther = 1_000;

    private const string TitleField = "title";

    private static readonly string[] _usualTextFields =
        ["text", "content", "contents", "passage", "document", "page_content", "body", "chunk"];

    private static readonly string[] _usualIdFields = ["_id", "id"];

    private IReadOnlyList<string>? _textFields = textFields;
    private bool _isSettled;

    /// <summary>
    /// Gets a value indicating whether fields other than id and text are read too: strings, numbers and booleans that are not long.
    /// </summary>
    public bool KeepsOthers { get; init; }

    /// <summary>
    /// Gets what hears of a record that cannot be read, which is then left out; null if such a record is an error that ends the reading.
    /// </summary>
    public Action<string>? LeaveOut { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether a record without any of the usual fields of a text is made of all its fields that have
    /// letters, but for the id: so tables are read that somebody filled in for people.
    /// </summary>
    public bool TakesAllTexts { get; set; }

    /// <summary>Gets fields that hold the text where there is none of the usual ones.</summary>
    public IReadOnlyList<string> OtherTextFields { get; init; } = [];

    /// <summary>Gets the option that names the field of the text, for messages.</summary>
    public string TextOption { get; init; } = "--text-field";

    /// <summary>Gets the option that names the field of the id, for messages.</summary>
    public string IdOption { get; init; } = "--id-field";

    /// <summary>Gets the fields to look for in a list as people write it: comma separated.</summary>
    public static IReadOnlyList<string>? Split(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Takes id and text out of a record.</summary>
    /// <param name="record">An object, or a string which is a text without an id.</param>
    /// <param name="place">Where the record is, for messages.</param>
    /// <exception cref="InvalidDataException">The record has no text, or its id or text is of the wrong kind.</exception>
    public InputDocument Read(JsonElement record, string place)
    {
        switch (record.ValueKind)
        {
            case JsonValueKind.String:
                return new(null, JsonText.ReadString(record, place, "the text"));
            case JsonValueKind.Object:
                Settle(record, place);
                var (name, id) = IdOf(record, place);
                string text = _textFields is null ? AllTextsOf(record, name, place) : TextOf(record, place);
                return new(id, text) { OtherFields = KeepsOthers ? OthersOf(record, name, place) : null };
            default:
                throw new InvalidDataException($"{place}: a JSON object or string was expected, but it is {JsonText.Kind(record)}.");
        }
    }

    private void Settle(JsonElement record, string place)
    {
        if (_isSettled)
        {
            return;
        }

        if (_textFields is null)
        {
            string? found = _usualTextFields.Concat(OtherTextFields).FirstOrDefault(name =>
                Present(record, name) is { ValueKind: JsonValueKind.String });
            if (found is not null)
            {
                _textFields = [found];
                if (found != _usualTextFields[0])
                {
                    note?.Invoke($"reading the text from the field '{found}' ({TextOption} names another)");
                }
            }
            else if (!TakesAllTexts)
            {
                throw NoText(record, place, _usualTextFields);
            }
        }

        // A record without a text settles nothing.
        _isSettled = true;
    }

    private static JsonElement? Present(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private (string? Name, string? Id) IdOf(JsonElement record, string place)
    {
        foreach (string name in idField is null ? _usualIdFields : [idField])
        {
            if (Present(record, name) is not { } value)
            {
                continue;
            }

            string id = value.ValueKind switch
            {
                JsonValueKind.String => JsonText.ReadString(value, place, $"the id field '{name}'"),
                JsonValueKind.Number => value.GetRawText(),
                _ => throw new InvalidDataException(
                    $"{place}: the id field '{name}' is {JsonText.Kind(value)}; a string or a number was expected."),
            };
            if (id.Length > 0)
            {
                return (name, id);
            }
        }

        return idField is null
            ? (null, null)
            : throw new InvalidDataException(
                $"{place}: there is no id field '{idField}', or nothing in it; the record has {JsonText.Names(record)}.");
    }

    private static string AllTextsOf(JsonElement record, string? idName, string place)
    {
        string[] texts =
        [
            .. record.EnumerateObject()
                .Where(field => field.Name != idName && field.Value.ValueKind == JsonValueKind.String)
                .Select(field => JsonText.ReadString(field.Value, place, $"the field '{field.Name}'"))
                .Where(text => text.Any(char.IsLetter)),
        ];
        return texts.Length > 0
            ? string.Join(' ', texts)
            : throw new InvalidDataException($"{place}: no field has letters in it; the record has {JsonText.Names(record)}.");
    }

    private string TextOf(JsonElement record, string place)
    {
        string? text = null;
        foreach (string field in _textFields!)
        {
            if (Present(record, field) is not { } value)
            {
                continue;
            }

            string part = JsonText.ReadString(value, place, $"the text field '{field}'");
            text = string.IsNullOrEmpty(text) ? part : part.Length == 0 ? text : $"{text} {part}";
        }

        return text ?? throw NoText(record, place, _textFields);
    }

    private Dictionary<string, string> OthersOf(JsonElement record, string? idName, string place)
    {
        var others = new Dictionary<string, string>();
        foreach (var field in record.EnumerateObject())
        {
            // A title is shown with what is found, also where it is part of the text.
            if (field.Name == idName || (field.Name != TitleField && _textFields is not null && _textFields.Contains(field.Name)))
            {
                continue;
            }

            string? value = field.Value.ValueKind switch
            {
                JsonValueKind.String => JsonText.ReadString(field.Value, place, $"the field '{field.Name}'"),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => field.Value.GetRawText(),
                _ => null,
            };
            if (value is { Length: > 0 and <= LongestOther })
            {
                others[field.Name] = value;
            }
        }

        return others;
    }

    private InvalidDataException NoText(JsonElement record, string place, IReadOnlyList<string> tried) =>
        new($"{place}: there is no text field '{string.Join("', '", tried)}'; the record has {JsonText.Names(record)}. " +
            $"Name it with {TextOption}.");
}
