using System.Text.Json;

namespace Resift.Cli;

/// <summary>
/// Takes id and text out of JSON records. Which fields hold them is settled by the first record, so that one file is read in one way.
/// </summary>
/// <param name="textFields">The fields whose texts are joined by one space, empty and absent ones left out; null to find one.</param>
/// <param name="idField">The field of the id; null to find one, or none.</param>
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
    private string? _idField = idField;
    private bool _isSettled;

    /// <summary>
    /// Gets a value indicating whether fields other than id and text are read too: strings, numbers and booleans that are not long.
    /// </summary>
    public bool KeepsOthers { get; init; }

    /// <summary>
    /// Gets what hears of a record that cannot be read, which is then left out; null if such a record is an error that ends the reading.
    /// </summary>
    public Action<string>? LeaveOut { get; init; }

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
                return new(IdOf(record, place), TextOf(record, place)) { OtherFields = KeepsOthers ? OthersOf(record, place) : null };
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

        _idField ??= _usualIdFields.FirstOrDefault(name => record.TryGetProperty(name, out _));
        if (_textFields is null)
        {
            string found = _usualTextFields.FirstOrDefault(name => record.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String) ?? throw NoText(record, place, _usualTextFields);
            _textFields = [found];
            if (found != _usualTextFields[0])
            {
                note?.Invoke($"reading the text from the field '{found}' (--text-field names another)");
            }
        }

        // A record without a text settles nothing.
        _isSettled = true;
    }

    private string? IdOf(JsonElement record, string place)
    {
        if (_idField is null)
        {
            return null;
        }

        if (!record.TryGetProperty(_idField, out var id))
        {
            throw new InvalidDataException($"{place}: there is no id field '{_idField}'; the record has {JsonText.Names(record)}.");
        }

        return id.ValueKind switch
        {
            JsonValueKind.String => JsonText.ReadString(id, place, $"the id field '{_idField}'"),
            JsonValueKind.Number => id.GetRawText(),
            _ => throw new InvalidDataException(
                $"{place}: the id field '{_idField}' is {JsonText.Kind(id)}; a string or a number was expected."),
        };
    }

    private string TextOf(JsonElement record, string place)
    {
        string? text = null;
        foreach (string field in _textFields!)
        {
            if (!record.TryGetProperty(field, out var value))
            {
                continue;
            }

            string part = JsonText.ReadString(value, place, $"the text field '{field}'");
            text = string.IsNullOrEmpty(text) ? part : part.Length == 0 ? text : $"{text} {part}";
        }

        return text ?? throw NoText(record, place, _textFields);
    }

    private Dictionary<string, string> OthersOf(JsonElement record, string place)
    {
        var others = new Dictionary<string, string>();
        foreach (var field in record.EnumerateObject())
        {
            // A title is shown with what is found, also where it is part of the text.
            if (field.Name == _idField || (field.Name != TitleField && _textFields!.Contains(field.Name)))
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

    private static InvalidDataException NoText(JsonElement record, string place, IReadOnlyList<string> tried) =>
        new($"{place}: there is no text field '{string.Join("', '", tried)}'; the record has {JsonText.Names(record)}. " +
            "Name it with --text-field.");
}
